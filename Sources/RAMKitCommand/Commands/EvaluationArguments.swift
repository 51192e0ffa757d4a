import ArgumentParser
import Foundation
import RAMKit

/// Which photos are scored and held against which annotations: what `eval` and `calibrate` share.
struct EvaluationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the photos show: lines of path,tag,tag as the official evaluator has them, or JSON lines. "
        + "Default: annotations.jsonl in the folder.",
      valueName: "file"),
    completion: .file())
  var annotations: String?

  @Option(
    help: ArgumentHelp(
      "Ask for and measure only these of the model's labels, one a line, which annotations without "
        + "anything unknown are then complete in.",
      valueName: "file"),
    completion: .file())
  var only: String?

  @Option(
    help: ArgumentHelp(
      "Take scores from here instead of running the model: what `ramkit tag --format jsonl --scores` of "
        + "the same model and folder wrote.",
      valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var scores: String?

  @Flag(help: "Count labels that the label set omits from tags, too.")
  var includeOmitted = false

  @Flag(
    help: """
      Take annotations by the letter: a tag says nothing of the labels above and below it.
      """)
  var literal = false

  @Option(help: ArgumentHelp("Photos that go through the model together.", valueName: "n"))
  var batch = 1

  @Option(help: "As for `ramkit tag`.")
  var preparation: ImagePreparation = .natural

  @Argument(
    help: ArgumentHelp("The folder that the annotations' paths start from.", valueName: "folder"),
    completion: .directory)
  var folder: String

  func validate() throws {
    try ModelArguments.checkPositive(batch, "--batch")
  }

  var folderURL: URL { URL(filePath: folder, directoryHint: .isDirectory) }

  /// What `ramkit tag FOLDER` calls a photo.
  func path(of photo: String) -> String {
    photo.hasPrefix("/") ? photo : folder.hasSuffix("/") ? folder + photo : "\(folder)/\(photo)"
  }

  func readAnnotations() throws(RAMKitError) -> Annotations {
    let file = annotations.map(ModelArguments.file)
    return try Annotations(
      contentsOf: file ?? folderURL.appending(path: "annotations.jsonl"))
  }

  /// The indices of the labels that `--only` names; nil for all.
  func selection(in labels: LabelSet) throws(RAMKitError) -> [Int]? {
    guard let only else { return nil }
    var indices: Set<Int> = []
    for (line, name) in try LabelSet.names(contentsOf: ModelArguments.file(only)).enumerated() {
      let found = labels.indices(of: name)
      if found.isEmpty {
        throw .malformedLabels(
          path: only, line: line + 1, reason: "the model has no label '\(name)'")
      }
      indices.formUnion(found)
    }
    return indices.sorted()
  }
}
