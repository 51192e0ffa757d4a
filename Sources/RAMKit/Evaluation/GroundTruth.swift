/// What is known of photos, in terms of the labels that a model is asked for.
///
/// For each photo and label the truth is one of three: present, absent, or unknown. A tag makes all labels
/// above it present too, and an absent label makes those below it absent (``Label/parents``), unless
/// another tag says otherwise; ``closesUpward`` turns that off.
public struct GroundTruth: Sendable {
  /// The labels, in the order of scores.
  public let labels: [Label]

  /// Whether tags also tell of the labels above and below.
  public let closesUpward: Bool

  /// The annotated photos' paths, in the order of the annotations.
  public var photoPaths: [String] { photos.map(\.path) }

  /// The vocabularies, by the labels that the set has of them.
  public let vocabularies: [Vocabulary]

  /// Names in the annotations that no label has, or several labels have as an alias: nothing is known of
  /// what they say. In the order in which they come.
  public let unknownNames: [UnknownName]

  /// A closed list of labels.
  public struct Vocabulary: Sendable, Hashable {
    /// What the annotations call it.
    public let name: String
    /// The labels that it names, ascending.
    public let labels: [Int]
    /// How many names it has; those that no label has are measured by nothing.
    public let nameCount: Int
  }

  /// A name that the label set does not know for sure.
  public struct UnknownName: Sendable, Hashable {
    /// The name, as it is written.
    public let name: String
    /// On how many lines it is.
    public var lines: Int
    /// The first of them, from 1.
    public let firstLine: Int
  }

  /// What is known of one photo.
  struct Photo: Sendable {
    let path: String
    /// The labels that are named as true.
    var tagged: [Int] = []
    var absent: [Int] = []
    /// The labels over which the tags are complete; nil for all.
    var complete: [Int]? = []
    /// The vocabularies over which they are.
    var vocabularies: [Int] = []
    /// Of a vocabulary, the labels any of which is the one that the photo is of.
    var answers: [(vocabulary: Int, labels: [Int])] = []
  }

  let photos: [Photo]

  /// The labels that the annotations speak of by name, or all where they are complete.
  let namedLabels: [Bool]

  private let hierarchy: LabelHierarchy?

  /// Looks up what annotations name.
  ///
  /// - Parameters:
  ///   - annotations: what is said of photos.
  ///   - labels: the labels in the order of scores. A name is looked up as ``LabelSet/indices(of:)``
  ///     does; one that several labels share (``LabelSet/Identity-swift.enum/index``) is all of them, as
  ///     in the official evaluator.
  ///   - choices: lists of labels among which one is the answer: of a photo that has exactly one of
  ///     them as a tag, it is taken for that.
  ///   - closesUpward: whether tags also tell of the labels above and below.
  /// - Throws: ``RAMKitError/malformedAnnotations(path:line:reason:)`` if the label set knows not one of
  ///   the names.
  public init(
    _ annotations: Annotations, labels: LabelSet, choices: [Annotations.Vocabulary] = [],
    closesUpward: Bool = true
  ) throws(RAMKitError) {
    var lookup = LabelLookup(labels)
    vocabularies = (annotations.vocabularies + choices).map { vocabulary in
      let indices = vocabulary.labels.flatMap { lookup.indices(of: $0, line: vocabulary.line) }
      return Vocabulary(
        name: vocabulary.name, labels: Set(indices).sorted(),
        nameCount: Set(vocabulary.labels).count)
    }
    var resolver = AnnotationResolver(
      lookup: lookup, vocabularies: vocabularies,
      choices: annotations.vocabularies.count..<vocabularies.count)
    photos = annotations.photos.map { resolver.photo($0) }
    namedLabels = resolver.namedLabels(count: labels.count, photos: photos)
    unknownNames = resolver.lookup.unknown
    self.labels = labels.labels
    self.closesUpward = closesUpward
    hierarchy =
      closesUpward && labels.labels.contains { !$0.parents.isEmpty }
      ? LabelHierarchy(labels.labels) : nil
    if !namedLabels.contains(true), let name = unknownNames.first {
      throw .malformedAnnotations(
        path: annotations.source, line: name.firstLine > 0 ? name.firstLine : nil,
        reason: "the model has no label '\(name.name)', nor any other that the file names")
    }
  }

  /// What is known of a photo: for each label whether it is present, or nil where that is unknown.
  ///
  /// - Complexity: O(labels), and of those above and below what the annotation names.
  public func knowledge(ofPhoto index: Int) -> [Bool?] {
    let photo = photos[index]
    var known = [Bool?](repeating: photo.complete == nil ? false : nil, count: labels.count)
    for label in photo.tagged {
      known[label] = true
      for ancestor in hierarchy?.ancestors[label] ?? [] { known[ancestor] = true }
    }
    guard let complete = photo.complete else { return known }
    let closed = photo.vocabularies.lazy.map { vocabularies[$0].labels }
    for label in [complete, photo.absent].joined() { setAbsent(label, in: &known) }
    for label in closed.joined() { setAbsent(label, in: &known) }
    return known
  }

  private func setAbsent(_ label: Int, in known: inout [Bool?]) {
    guard known[label] != true else { return }
    known[label] = false
    for descendant in hierarchy?.descendants[label] ?? [] where known[descendant] == nil {
      known[descendant] = false
    }
  }
}
