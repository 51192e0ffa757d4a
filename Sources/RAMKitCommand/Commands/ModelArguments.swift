import ArgumentParser
import Foundation
import RAMKit
import RAMKitNano

/// Which model is to be run, and how.
struct ModelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The checkpoint: .safetensors or PyTorch's .pth. Without it: RAM-nano, which is built in.",
      valueName: "path"),
    completion: .file(extensions: ["pth", "safetensors"]))
  var model: String?

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

  @Option(help: "The number format that weights are kept and multiplied in.")
  var precision: Precision = .float32

  @Option(
    help: ArgumentHelp(
      "The side in pixels that photos are resized to, if not the model's own.", valueName: "n"))
  var imageSize: Int?

  @Option(
    help: ArgumentHelp(
      "Threads. Default: RAMKIT_NUM_THREADS, OMP_NUM_THREADS, or the physical cores.",
      valueName: "n"))
  var threads: Int?

  func validate() throws {
    try Self.checkPositive(imageSize, "--image-size")
    try Self.checkPositive(threads, "--threads")
  }

  static func checkPositive(_ value: Int?, _ option: String) throws {
    if let value, value < 1 { throw ValidationError("\(option) has to be 1 or more.") }
  }

  /// Loads the model.
  func load() async throws(RAMKitError) -> Tagger {
    let options = ModelOptions(
      labels: try labels(), thresholds: try givenThresholds(), precision: precision,
      imageSize: imageSize, threads: threads)
    guard let model else { return try await Tagger.nano(options: options) }
    return try await Tagger(contentsOf: Self.file(model), options: options)
  }

  /// The labels that the files give.
  private func labels() throws(RAMKitError) -> LabelSet? {
    guard let names else { return nil }
    return try LabelSet(namesFile: Self.file(names), thresholdsFile: thresholds.map(Self.file))
  }

  /// Thresholds without names, for the labels that the model is known by.
  private func givenThresholds() throws(RAMKitError) -> [Float]? {
    guard names == nil, let thresholds else { return nil }
    return try LabelSet.thresholds(contentsOf: Self.file(thresholds))
  }

  static func file(_ path: String) -> URL {
    URL(filePath: path, directoryHint: .notDirectory)
  }
}

extension Precision: ExpressibleByArgument {}
