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

  /// The model's labels, without loading it.
  func labelSet() throws(RAMKitError) -> LabelSet {
    let known: LabelSet
    if let given = try labels.set() {
      known = given
    } else if let model {
      known = try LabelSet(ofCheckpoint: Self.file(model))
    } else {
      known = try LabelSet.nano()
    }
    guard let thresholds = try labels.givenThresholds() else { return known }
    return try known.withThresholds(thresholds)
  }

  /// The labels that a loaded model is asked about as a set, under the name of the model's own.
  func labelSet(
    of tagger: Tagger, asking queries: LabelQuerySet
  ) throws(RAMKitError) -> LabelSet {
    let labels = queries.labels
    let isUnique = Set(labels.map(\.name)).count == labels.count
    return try LabelSet(
      name: tagger.model.labels?.name ?? "model", source: tagger.model.labels?.source ?? "",
      identity: isUnique ? .name : .index, labels: labels)
  }

  static func file(_ path: String) -> URL {
    URL(filePath: path, directoryHint: .notDirectory)
  }
}

extension Precision: ExpressibleByArgument {}
