#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension MixedPrecision {
  /// Measures a model: layer by layer, in int8 and in bfloat16 while all else is float32.
  ///
  /// - Parameters:
  ///   - url: a `.pth`, `.safetensors` or `.gguf` file that is not in int8 already.
  ///   - options: as the conversion's; the precision changes nothing.
  ///   - photos: a dozen or two of the kind that the model is to see. Those that fail are left out.
  ///   - tagging: preparation, limits and batch size.
  ///   - onRun: called each time that the model has seen all photos, with how often it has and will have.
  /// - Throws: ``RAMKitError`` as loading and tagging do, and ``RAMKitError/invalidOption(name:reason:)``
  ///   where no photo can be read.
  /// - Complexity: loads the model and tags all photos 2 · layers + 1 times, in float32: 31 times a RAM
  ///   Swin-L. One model is in memory at a time.
  public init(
    of url: URL, options: ModelOptions = .init(), on photos: [Photo],
    tagging: TaggingOptions = .init(), onRun: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) async throws(RAMKitError) {
    try await self.init(
      of: try Checkpoint(contentsOf: url), options: options, on: photos, tagging: tagging,
      onRun: onRun)
  }

  /// As ``init(of:options:on:tagging:onRun:)``, of weights from anywhere.
  package init(
    of source: some TensorSource, options: ModelOptions, on photos: [Photo],
    tagging: TaggingOptions = .init(), onRun: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) async throws(RAMKitError) {
    var options = options
    options.precision = .float32
    let layers = try SurveyedLayer.layers(
      of: source.modelConfiguration(options: options), in: source)
    let runs = 2 * layers.count + 1
    let reference = try await Self.answers(
      of: source, to: photos, options: options, tagging: tagging)
    guard reference.answers.contains(where: { (try? $0.logits.get()) != nil }) else {
      throw .invalidOption(name: "photos", reason: "there is none that can be read")
    }
    onRun(1, runs)
    var measured: [(name: String, work: Double, int8: Double, bfloat16: Double)] = []
    var photoCount = 0
    for (index, layer) in layers.enumerated() {
      var movements: [Double] = []
      for precision in [Precision.int8, .bfloat16] {
        let trial = MixedPrecisionSource(source, tensors: layer.tensors, precision: precision)
        let answers = try await Self.answers(
          of: trial, to: photos, options: options, tagging: tagging)
        let comparison = try AnswerComparison(of: answers, against: reference)
        movements.append(comparison.logits.rootMeanSquare)
        photoCount = comparison.photoCount
        onRun(2 * index + 1 + movements.count, runs)
      }
      measured.append((layer.name, layer.work, movements[0], movements[1]))
    }
    self.init(measured, photoCount: photoCount)
  }

  /// What a model answers that is in memory no longer than that takes.
  private static func answers(
    of source: some TensorSource, to photos: [Photo], options: ModelOptions,
    tagging: TaggingOptions
  ) async throws(RAMKitError) -> PhotoAnswers {
    let tagger = try await Tagger(options: options) { (compute) throws(RAMKitError) in
      try Tagger.load(source, options: options, compute: compute)
    }
    return try await tagger.answers(to: photos, options: tagging)
  }
}

/// A layer as a file has it.
private struct SurveyedLayer {
  let name: String
  /// The names of its weights in the file.
  var tensors: Set<String> = []
  /// Multiply-adds a photo.
  var work = 0.0

  /// The layers of a model, in its order.
  static func layers(
    of configuration: any ModelConfiguration, in source: some TensorSource
  ) throws(RAMKitError) -> [SurveyedLayer] {
    var layers: [SurveyedLayer] = []
    let found = try source.resolve(configuration.requirements)
    for requirement in configuration.requirements {
      guard let layer = requirement.layer, let tensor = found[requirement.name] else { continue }
      let place = layers.firstIndex { $0.name == layer.name } ?? layers.count
      if place == layers.count { layers.append(SurveyedLayer(name: layer.name)) }
      layers[place].tensors.insert(tensor.name)
      let rows = layer.rows ?? configuration.labelCount
      layers[place].work += Double(rows * requirement.shape.reduce(1, *))
    }
    return layers
  }
}
