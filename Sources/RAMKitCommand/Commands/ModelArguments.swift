import ArgumentParser
import Foundation
import RAMKit
import RAMKitNano

/// Which model is to be run, and how.
struct ModelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The checkpoint: .safetensors, PyTorch's .pth, or .gguf. Without it: RAM-nano, which is built in.",
      valueName: "path"),
    completion: .file(extensions: ["pth", "safetensors", "gguf"]))
  var model: String?

  @OptionGroup var labels: LabelArguments

  @Option(help: "The number format that weights are kept and multiplied in.")
  var precision: Precision = .float32

  @Option(
    help: ArgumentHelp(
      "The side in pixels that photos are resized to, if not the model's own.", valueName: "n"))
  var imageSize: Int?

  @OptionGroup var decoder: DecoderArguments

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
      labels: try labels.set(), thresholds: try labels.givenThresholds(), precision: precision,
      imageSize: imageSize, decoderHeads: decoder.heads, threads: threads)
    guard let model else { return try await Tagger.nano(options: options) }
    return try await Tagger(contentsOf: Self.file(model), options: options)
  }

  static func file(_ path: String) -> URL {
    URL(filePath: path, directoryHint: .notDirectory)
  }
}

extension Precision: ExpressibleByArgument {}
