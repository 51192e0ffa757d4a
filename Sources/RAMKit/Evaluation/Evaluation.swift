/// Holds a model's scores against the truth, photo by photo.
///
/// ```swift
/// let annotations = try Annotations(contentsOf: URL(filePath: "photos/annotations.jsonl"))
/// let evaluation = try await tagger.evaluate(annotations, in: URL(filePath: "photos"))
/// print(evaluation.report().overall[.meanAveragePrecision] ?? 0)
/// ```
///
/// ``Tagger/evaluate(_:in:labels:choices:options:onPhoto:)`` fills one; scores from elsewhere go in
/// with ``add(logits:forPhoto:)``. It keeps 24 bytes for every photo and label whose truth is known.
public struct Evaluation: Sendable {
  /// What is known of the photos.
  public let truth: GroundTruth

  /// How it is measured.
  public let options: EvaluationOptions

  /// Photos that could not be measured.
  public private(set) var failures: [EvaluationReport.Failure] = []

  /// The scores of each label for the photos where the truth is known.
  private(set) var entries: [[RankedScores.Entry]]

  /// By photo; nil for those that have no scores.
  private(set) var rankings: [PhotoRanking?]

  /// The labels that are ranked and measured: not those that are omitted, unless asked for.
  let isRanked: [Bool]

  /// Starts with no photo measured.
  ///
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)``.
  public init(
    _ truth: GroundTruth, options: EvaluationOptions = .init()
  ) throws(RAMKitError) {
    try options.validate()
    self.truth = truth
    self.options = options
    entries = Array(repeating: [], count: truth.labels.count)
    rankings = Array(repeating: nil, count: truth.photos.count)
    let includesAll = options.tagging.includesOmittedLabels
    isRanked = truth.labels.map { includesAll || !$0.isOmitted }
  }

  /// Photos that have been measured.
  public var photoCount: Int { rankings.count { $0 != nil } }

  /// Takes a photo's logits, one a label in the order of ``GroundTruth/labels``. Scores are the
  /// logits' sigmoids in float32, as ``Tag/score``.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` if there are more or fewer logits than labels, or
  ///   one is NaN; ``RAMKitError/invalidOption(name:reason:)`` for a photo that is not there or has been
  ///   measured.
  /// - Complexity: O(labels).
  public mutating func add(logits: [Float], forPhoto index: Int) throws(RAMKitError) {
    guard logits.count == truth.labels.count else {
      throw .mismatchedLabels(
        reason: "there are \(logits.count) logits for \(truth.labels.count) labels")
    }
    guard !logits.contains(where: \.isNaN) else {
      throw .mismatchedLabels(reason: "a logit is not a number")
    }
    try add(scores: logits.map(Tagging.sigmoid), forPhoto: index)
  }

  /// Takes a photo's scores.
  package mutating func add(scores: [Float], forPhoto index: Int) throws(RAMKitError) {
    guard rankings.indices.contains(index), rankings[index] == nil else {
      throw .invalidOption(
        name: "photo", reason: "\(index) is not there, or not for the first time")
    }
    let knowledge = truth.knowledge(ofPhoto: index)
    for (label, isPresent) in knowledge.enumerated() {
      guard let isPresent else { continue }
      entries[label].append(
        RankedScores.Entry(photo: index, score: scores[label], isPresent: isPresent))
    }
    rankings[index] = PhotoRanking(
      scores: scores, photo: truth.photos[index], knowledge: knowledge,
      vocabularies: truth.vocabularies, isRanked: isRanked, ranks: options.ranks)
  }

  /// Notes that a photo could not be measured.
  public mutating func add(failure error: RAMKitError, forPhoto index: Int) {
    failures.append(
      EvaluationReport.Failure(photo: index, path: truth.photos[index].path, error: error))
  }
}
