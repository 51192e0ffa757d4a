#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension LabelSet {
  /// Label files beyond this are refused: it is room for about a million labels.
  static let maximumFileBytes = 256 << 20

  /// Reads a label-set file: JSON, UTF-8.
  ///
  /// ```json
  /// {"format": "ramkit-label-set", "version": 1, "name": "pets", "source": "ours",
  ///  "labels": [{"name": "dog", "threshold": 0.68, "localizedNames": {"zh": "狗"},
  ///              "kind": "object", "parents": ["animal"], "aliases": ["puppy"]},
  ///             {"name": "two", "threshold": 0.68, "omitted": true}]}
  /// ```
  ///
  /// Of a label only name and threshold have to be there.
  ///
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)`` naming the entry at fault, and
  ///   what reading a file throws.
  public init(contentsOf url: URL) throws(RAMKitError) {
    let path = url.path(percentEncoded: false)
    let bytes = try RegularFile(at: url).readAll(limit: Self.maximumFileBytes)
    try self.init(json: Data(bytes), path: path)
  }

  /// Reads a label set from the bytes of a label-set file; `path` names them in errors.
  public init(json data: Data, path: String = "label set") throws(RAMKitError) {
    do {
      self = try JSONDecoder().decode(LabelSet.self, from: data)
    } catch let error as DecodingError {
      throw .malformedLabels(path: path, line: nil, reason: error.reason(root: "the file"))
    } catch {
      throw .malformedLabels(path: path, line: nil, reason: "\(error)")
    }
  }

  /// The bytes of a label-set file that holds this set: a label a line, so that two versions of a set
  /// can be compared line by line. The same set gives the same bytes.
  public func jsonData() throws(RAMKitError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let head = try encoder.encode(Head(of: self)).dropLast()
      let lines = try labels.map { try encoder.encode($0) }
      let comma = Data(",\n".utf8)
      return head + Data(",\"labels\":[\n".utf8) + Data(lines.joined(separator: comma))
        + Data("\n]}\n".utf8)
    } catch {
      throw .internalFault(reason: "a label set could not be written as JSON: \(error)")
    }
  }
}
