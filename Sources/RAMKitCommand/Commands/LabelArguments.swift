import ArgumentParser
import RAMKit

/// Names and thresholds of a checkpoint's own queries, in place of those that it is known by.
struct LabelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The checkpoint's label names, one a line, in the order of its queries.", valueName: "file"),
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
    return try LabelSet(
      namesFile: ModelArguments.file(names), thresholdsFile: thresholds.map(ModelArguments.file))
  }

  /// Thresholds without names, for the labels that the model is known by.
  func givenThresholds() throws(RAMKitError) -> [Float]? {
    guard names == nil, let thresholds else { return nil }
    return try LabelSet.thresholds(contentsOf: ModelArguments.file(thresholds))
  }
}
