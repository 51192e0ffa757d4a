import ArgumentParser
import RAMKit

/// Names and thresholds of a checkpoint's own queries, in place of those that it is known by.
struct LabelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The checkpoint's label names, one a line, in the order of its queries; or a label-set file, as "
        + "`ramkit calibrate` writes it.",
      valueName: "file"),
    completion: .file())
  var names: String?

  @Option(
    help: ArgumentHelp(
      "The checkpoint's thresholds, one a line, in the order of its queries.", valueName: "file"),
    completion: .file())
  var thresholds: String?

  /// The labels that the files give.
  func set() throws(RAMKitError) -> LabelSet? {
    guard let names else { return nil }
    let file = ModelArguments.file(names)
    switch try LabelSet.content(of: file) {
    case .names(let names):
      return try LabelSet(
        names: names, of: file, thresholdsFile: thresholds.map(ModelArguments.file),
        identity: .index)
    case .labels(let set):
      guard let thresholds else { return set }
      return try set.withThresholds(
        LabelSet.thresholds(contentsOf: ModelArguments.file(thresholds), count: set.count))
    }
  }

  /// Thresholds without names, for the labels that the model is known by.
  func givenThresholds() throws(RAMKitError) -> [Float]? {
    guard names == nil, let thresholds else { return nil }
    return try LabelSet.thresholds(contentsOf: ModelArguments.file(thresholds))
  }
}
