#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What people say that photos show, as a file has it: names, which ``GroundTruth`` looks up in a label
/// set.
///
/// Two forms are read, told apart by the first line.
///
/// **Upstream's**, one photo a line, as the official evaluator's `*_annots.txt`:
///
/// ```
/// validation/0001,dog,ball
/// validation/0002
/// ```
///
/// A path that does not end as photos' names do gets ".jpg", as upstream appends it. All that is not
/// named is absent.
///
/// **JSON lines**, one object a line. Beside `path` all is optional, but something has to be said:
///
/// ```
/// {"vocabulary": "scenes", "labels": ["beach", "forest", "street"]}
/// {"path": "a.jpg", "tags": ["dog", "ball"]}
/// {"path": "b.jpg", "tags": ["dog"], "absent": ["cat"]}
/// {"path": "c.jpg", "tags": ["dog"], "complete": ["dog", "cat", "horse"]}
/// {"path": "d.jpg", "tags": ["dog"], "vocabularies": ["scenes"], "answers": {"scenes": "beach"}}
/// {"path": "e.jpg", "tags": ["dog"], "complete": false}
/// ```
///
/// A line that has only `path` and `tags` says everything, as upstream's do: what it does not name is
/// absent. As soon as it has one of the other members, it says what they say and no more: **what is
/// unknown is not absent**, and the photo does not count for the labels that it says nothing of.
public struct Annotations: Sendable, Hashable {
  /// What is said of one photo.
  public struct Photo: Sendable, Hashable {
    /// Where the photo is, from the folder of photos.
    public var path: String
    /// The line that says it, from 1.
    public var line: Int
    /// The labels that are true of the photo.
    public var tags: [String] = []
    /// Labels that are not true of it.
    public var absent: [String] = []
    /// Over which labels the tags are complete, so that the rest of them are absent.
    public var complete: Completeness = .everything
    /// The vocabularies over which the tags are complete.
    public var vocabularies: [String] = []
    /// Of a vocabulary, the one label that the photo was chosen for. It is true of the photo; the
    /// vocabulary's others are absent only where ``vocabularies`` has it as well.
    public var answers: [String: String] = [:]

    /// What is said of the photo at `path`; ``complete`` over everything, unless that is changed.
    public init(path: String, line: Int = 0, tags: [String] = []) {
      self.path = path
      self.line = line
      self.tags = tags
    }
  }

  /// The labels over which a photo's tags are complete.
  public enum Completeness: Sendable, Hashable {
    /// All that there are: what is not named is absent.
    case everything
    /// These, and those of the photo's vocabularies.
    case labels([String])
  }

  /// A closed list of labels under a name.
  public struct Vocabulary: Sendable, Hashable {
    /// What photos call it.
    public var name: String
    /// Its labels' names.
    public var labels: [String]
    /// The line that says it, from 1.
    public var line: Int

    /// A list of labels under a name.
    public init(name: String, labels: [String], line: Int = 0) {
      self.name = name
      self.labels = labels
      self.line = line
    }
  }

  /// The photos, in the order of the file. No two have the same path.
  public var photos: [Photo]

  /// The vocabularies, in the order of the file.
  public var vocabularies: [Vocabulary]

  /// The file's path, for messages.
  public var source: String

  /// Annotations that are no file's.
  public init(photos: [Photo], vocabularies: [Vocabulary] = [], source: String = "annotations") {
    self.photos = photos
    self.vocabularies = vocabularies
    self.source = source
  }
}

extension Annotations {
  /// Files beyond this are refused.
  static let maximumFileBytes = 1 << 30

  /// Reads a file of annotations.
  ///
  /// - Throws: ``RAMKitError/malformedAnnotations(path:line:reason:)`` naming the line at fault, and what
  ///   reading a file throws.
  /// - Complexity: O(*n*) in the bytes; they are in memory while they are read.
  public init(contentsOf url: URL) throws(RAMKitError) {
    let bytes = try RegularFile(at: url).readAll(limit: Self.maximumFileBytes)
    try self.init(bytes: bytes, path: url.path(percentEncoded: false))
  }

  /// Reads the bytes of a file of annotations; `path` names it in errors.
  public init(bytes: [UInt8], path: String = "annotations") throws(RAMKitError) {
    var reader = AnnotationReader(path: path)
    try reader.read(bytes)
    self = reader.annotations
  }
}
