import Foundation
import RAMKit
import RAMKitCommandInput

/// Scores annotated photos, with a model or from a file, and tells of those that fail.
struct EvaluationRun {
  let model: ModelArguments
  let arguments: EvaluationArguments
  /// Labels of the user's own, in place of the model's.
  let wanted: LabelRequestArguments?
  let verbosity: VerbosityOptions

  /// The label set that the scores are about, and the scores.
  func run(
    options: EvaluationOptions, choices: [Annotations.Vocabulary] = []
  ) async throws -> (labels: LabelSet, evaluation: Evaluation) {
    let annotations = try arguments.readAnnotations()
    verbosity.detail("\(annotations.source): \(annotations.photos.count) photos")
    if arguments.scores != nil {
      return try fromFile(annotations, options: options, choices: choices)
    }
    let tagger = try await model.load()
    let queries = try await queries(of: tagger)
    let labels = try model.labelSet(of: tagger, asking: queries)
    let truth = try truth(annotations, labels, choices)
    var progress = Progress(total: annotations.photos.count, isQuiet: verbosity.quiet)
    let evaluation = try await tagger.evaluate(
      truth, in: arguments.folderURL, labels: queries, options: options,
      onPhoto: { progress.advance() })
    progress.clear()
    tell(of: evaluation)
    return (labels, evaluation)
  }

  private func queries(of tagger: Tagger) async throws -> LabelQuerySet {
    let wanted = try await wanted?.selection(in: tagger, model: model, asksAll: false, top: nil)
    if let wanted { return wanted.queries }
    let own = try model.labelSet(of: tagger, asking: tagger.labels)
    return try arguments.selection(in: own).map(tagger.labels.selecting) ?? tagger.labels
  }

  private func fromFile(
    _ annotations: Annotations, options: EvaluationOptions, choices: [Annotations.Vocabulary]
  ) throws -> (labels: LabelSet, evaluation: Evaluation) {
    let whole = try model.labelSet()
    let selection = try arguments.selection(in: whole)
    let labels = try selection.map(whole.selecting) ?? whole
    var evaluation = try Evaluation(try truth(annotations, labels, choices), options: options)
    let file = ModelArguments.file(arguments.scores ?? "")
    let scores = try ScoreLines(contentsOf: file)
    for (index, path) in evaluation.truth.photoPaths.enumerated() {
      let full = arguments.path(of: path)
      switch scores.photos[full] ?? scores.photos[path] {
      case .logits(let logits):
        guard logits.count == whole.count else {
          throw RAMKitError.mismatchedLabels(
            reason:
              "'\(file.relativePath)' has \(logits.count) logits for '\(path)', but the model has "
              + "\(whole.count) labels")
        }
        try evaluation.add(logits: selection?.map { logits[$0] } ?? logits, forPhoto: index)
      case .failure(_, let message):
        evaluation.add(
          failure: .unreadableImage(name: full, reason: message), forPhoto: index)
      case nil:
        evaluation.add(
          failure: .unreadableImage(
            name: full, reason: "'\(file.relativePath)' has no scores of it"),
          forPhoto: index)
      }
    }
    tell(of: evaluation)
    return (labels, evaluation)
  }

  private func truth(
    _ annotations: Annotations, _ labels: LabelSet, _ choices: [Annotations.Vocabulary]
  ) throws(RAMKitError) -> GroundTruth {
    try GroundTruth(
      annotations, labels: labels, choices: choices, closesUpward: !arguments.literal)
  }

  private func tell(of evaluation: Evaluation) {
    for failure in evaluation.failures { verbosity.note(failure.error.message) }
    let unknown = evaluation.truth.unknownNames
    guard !unknown.isEmpty else { return }
    let names = unknown.prefix(8).map { "'\($0.name)'" }.joined(separator: ", ")
    verbosity.note(
      "the model has no labels of these names, or several, and what annotations say of them counts for "
        + "nothing: \(names)" + (unknown.count > 8 ? " and \(unknown.count - 8) more" : ""))
  }
}

extension EvaluationRun {
  /// What the exit code says of failed photos, as that of `ramkit tag`.
  static func status(of evaluation: Evaluation) -> ExitStatus {
    if evaluation.failures.isEmpty { return .success }
    guard evaluation.photoCount == 0 else { return .somePhotosFailed }
    let codes = Set(evaluation.failures.map(\.error.code))
    return codes == ["fileNotFound"]
      ? .noInput : codes == ["permissionDenied"] ? .noPermission : .somePhotosFailed
  }
}
