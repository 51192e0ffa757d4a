#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Tagger {
  /// Scores annotated photos, and holds the scores against the annotations.
  ///
  /// - Parameters:
  ///   - annotations: the photos, and what is known of them.
  ///   - folder: where the annotations' paths start.
  ///   - labels: what to ask for; nil for the checkpoint's own labels.
  ///   - choices: lists of labels of which each photo may have one as its answer; see
  ///     ``GroundTruth/init(_:labels:choices:closesUpward:)``.
  ///   - options: preparation, thresholds, what to measure.
  ///   - onPhoto: called after each photo, from this task.
  /// - Returns: the scores; ``Evaluation/report()`` makes figures of them. A photo that fails is
  ///   among its ``Evaluation/failures``.
  /// - Throws: ``RAMKitError`` where the labels do not fit the model or the annotations, an option makes no
  ///   sense, or the task was cancelled.
  /// - Complexity: that of tagging the photos.
  public func evaluate(
    _ annotations: Annotations, in folder: URL, labels: LabelQuerySet? = nil,
    choices: [Annotations.Vocabulary] = [], options: EvaluationOptions = .init(),
    onPhoto: () -> Void = {}
  ) async throws(RAMKitError) -> Evaluation {
    let queries = labels ?? self.labels
    let truth = try GroundTruth(
      annotations,
      labels: LabelSet(name: "labels", identity: .index, labels: queries.labels),
      choices: choices)
    return try await evaluate(
      truth, in: folder, labels: queries, options: options, onPhoto: onPhoto)
  }

  /// Scores the photos of a ground truth that is about the same labels.
  package func evaluate(
    _ truth: GroundTruth, in folder: URL, labels: LabelQuerySet, options: EvaluationOptions,
    onPhoto: () -> Void
  ) async throws(RAMKitError) -> Evaluation {
    var evaluation = try Evaluation(truth, options: options)
    var tagging = options.tagging
    tagging.keepsLogits = true
    // Nobody looks at the tags.
    tagging.maximumTags = 0
    let photos = truth.photoPaths.lazy.map { Photo.file(Self.file($0, in: folder)) }
    for try await item in taggings(of: photos, labels: labels, options: tagging) {
      switch item.result {
      case .success(let tagging):
        try evaluation.add(logits: tagging.logits ?? [], forPhoto: item.index)
      case .failure(let error):
        evaluation.add(failure: error, forPhoto: item.index)
      }
      onPhoto()
    }
    return evaluation
  }

  /// A path that annotations give; an absolute one stays as it is.
  package static func file(_ path: String, in folder: URL) -> URL {
    guard !path.hasPrefix("/") else { return URL(filePath: path, directoryHint: .notDirectory) }
    return folder.appending(path: path, directoryHint: .notDirectory)
  }
}
