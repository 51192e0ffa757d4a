import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// What is read off the file of a RAM-nano, and what is refused.
@Suite struct EfficientNetLiteConfigurationTests {
  private static let metadata = [
    "family": "ram_nano", "image_size": "65", "pixel_mean": "127", "pixel_std": "128",
    "padding": "same", "activation": "relu6", "stem_stride": "2", "block_strides": "1,2",
  ]

  /// 65 px -> stem of 4 -> a block of 4 without expansion -> one of 6 by stride 2, 5 x 5 -> head of
  /// 10, which the decoder of 8 over 3 labels asks.
  private static let shapes: [String: [Int]] = {
    var shapes = [
      "stem.weight": [4, 27], "stem.bias": [4],
      "blocks.0.depthwise.weight": [3, 3, 4], "blocks.0.depthwise.bias": [4],
      "blocks.0.project.weight": [4, 4], "blocks.0.project.bias": [4],
      "blocks.1.expand.weight": [8, 4], "blocks.1.expand.bias": [8],
      "blocks.1.depthwise.weight": [5, 5, 8], "blocks.1.depthwise.bias": [8],
      "blocks.1.project.weight": [6, 8], "blocks.1.project.bias": [6],
      "head.weight": [10, 6], "head.bias": [10],
    ].reduce(into: [:]) { $0["visual_encoder.\($1.key)"] = $1.value }
    let linears = [
      ("image_proj", 8, 10), ("wordvec_proj", 8, 8), ("fc", 1, 8),
      ("\(layer).crossattention.self.query", 8, 8), ("\(layer).crossattention.self.key", 8, 8),
      ("\(layer).crossattention.self.value", 8, 8), ("\(layer).crossattention.output.dense", 8, 8),
      ("\(layer).intermediate.dense", 16, 8), ("\(layer).output.dense", 8, 16),
    ]
    for (name, outputs, inputs) in linears {
      shapes["\(name).weight"] = [outputs, inputs]
      shapes["\(name).bias"] = [outputs]
    }
    for norm in ["\(layer).crossattention.output.LayerNorm", "\(layer).output.LayerNorm"] {
      shapes["\(norm).weight"] = [8]
      shapes["\(norm).bias"] = [8]
    }
    shapes["label_embed"] = [3, 8]
    return shapes
  }()

  private static let layer = "tagging_head.encoder.layer.0"

  private static func withFile<Result>(
    metadata: [String: String] = metadata, shapes: [String: [Int]] = shapes,
    _ body: (URL) throws -> Result
  ) throws -> Result {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("nano.safetensors")
    let entries = shapes.map {
      SafetensorsWriter.Entry(name: $0.key, elementType: .float32, shape: $0.value)
    }
    let writer = try SafetensorsWriter(url: url, entries: entries, metadata: metadata)
    try writer.write { (entry, sink) throws(RAMKitError) in
      let values = [Float](repeating: 0.125, count: (shapes[entry.name] ?? []).reduce(1, *))
      try values.withUnsafeBufferPointer { (values) throws(RAMKitError) in
        try sink(UnsafeRawBufferPointer(values))
      }
    }
    return try body(url)
  }

  private static func configuration(_ url: URL) throws -> EfficientNetLiteConfiguration {
    let found = try Checkpoint(contentsOf: url).modelConfiguration(options: .init())
    let model = try #require(found as? RAMConfiguration)
    #expect(model.family == .ramNano)
    guard case .efficientNetLite(let network) = model.encoder else {
      throw RAMKitError.internalFault(reason: "another encoder was read")
    }
    return network
  }

  @Test func geometryIsReadOffShapesAndMetadata() throws {
    let network = try Self.withFile(Self.configuration)
    #expect(network.stem == ConvolutionGeometry(side: 65, kernel: 3, stride: 2))
    #expect(network.stem.outputSide == 33)
    #expect(network.blocks.map(\.geometry.side) == [33, 33])
    #expect(network.blocks.map(\.geometry.outputSide) == [33, 17])
    #expect(network.blocks.map(\.geometry.kernel) == [3, 5])
    #expect(network.blocks.map(\.addsInput) == [true, false])
    #expect(network.blocks.map(\.expands) == [false, true])
    #expect(network.features == 10)
  }

  /// (side, kernel, stride) -> zeros before, as TensorFlow's "SAME" has them.
  @Test(arguments: [
    (260, 3, 2, 0), (130, 3, 1, 1), (130, 3, 2, 0), (65, 5, 2, 2), (33, 3, 2, 1), (17, 5, 2, 2),
    (9, 3, 1, 1), (1, 5, 1, 2), (4, 1, 2, 0),
  ])
  func paddingIsTensorFlows(side: Int, kernel: Int, stride: Int, padding: Int) {
    #expect(
      ConvolutionGeometry(side: side, kernel: kernel, stride: stride).padding == padding)
  }

  @Test func modelsTakeFewerLabelsThanQueriesAmiss() throws {
    try Self.withFile { url in
      let labels = try LabelSet(name: "two", labels: [Label("one"), Label("two")])
      #expect(throws: RAMKitError.self) {
        try Tagger.load(
          url, options: ModelOptions(labels: labels), compute: try ComputeContext(threads: 1))
      }
      #expect(throws: RAMKitError.self) {
        try Tagger.load(url, options: ModelOptions(), compute: try ComputeContext(threads: 1))
      }
    }
  }

  @Test(arguments: [
    ("image_size", "9999999999"), ("image_size", "-260"), ("image_size", "260.5"),
    ("image_size", "99999999999999999999999"), ("pixel_mean", "nan"), ("pixel_std", "0"),
    ("pixel_std", "inf"), ("padding", "valid"), ("activation", "swish"), ("stem_stride", "0"),
    ("block_strides", ""), ("block_strides", "1,,2"), ("block_strides", "1,0"),
    ("block_strides", "1,2,2"),
  ])
  func nonsenseInMetadataIsRefused(key: String, value: String) throws {
    var metadata = Self.metadata
    metadata[key] = value
    #expect(throws: RAMKitError.self) {
      try Self.withFile(metadata: metadata, Self.configuration)
    }
    metadata[key] = nil
    #expect(throws: RAMKitError.self) {
      try Self.withFile(metadata: metadata, Self.configuration)
    }
  }

  @Test func endlessMetadataIsRefused() throws {
    var metadata = Self.metadata
    metadata["block_strides"] = String(repeating: "1,", count: 100_000) + "1"
    #expect(throws: RAMKitError.self) {
      try Self.withFile(metadata: metadata, Self.configuration)
    }
  }

  @Test(arguments: [
    ("visual_encoder.stem.weight", [4, 28]), ("visual_encoder.stem.weight", [108]),
    ("visual_encoder.blocks.0.depthwise.weight", [3, 5, 4]),
    ("visual_encoder.blocks.0.depthwise.weight", [3, 3, 5]),
    ("visual_encoder.blocks.1.project.weight", [6, 9]),
    ("visual_encoder.blocks.1.expand.weight", [9, 4]), ("visual_encoder.head.weight", [10, 7]),
    ("image_proj.weight", [8, 9]), ("label_embed", [3, 7]),
    ("visual_encoder.blocks.1.depthwise.weight", [0, 0, 8]),
  ])
  func wrongShapesAreRefused(name: String, shape: [Int]) throws {
    var shapes = Self.shapes
    shapes[name] = shape
    let labels = try LabelSet(name: "three", labels: (0..<3).map { Label("\($0)") })
    #expect(throws: RAMKitError.self) {
      try Self.withFile(shapes: shapes) { url in
        try Tagger.load(
          url, options: ModelOptions(labels: labels), compute: try ComputeContext(threads: 1))
      }
    }
  }

  /// The network's weights are all alike, so each place of the map has the mean's features.
  @Test func aSmallNetworkRuns() async throws {
    let labels = try LabelSet(name: "three", labels: (0..<3).map { Label("\($0)") })
    let model = try Self.withFile { url in
      try Tagger.load(
        url, options: ModelOptions(labels: labels, decoderHeads: 2),
        compute: try ComputeContext(threads: 1))
    }
    #expect(model.input.side == 65)
    let photos = try Matrix(
      rows: 2, columns: 65 * 65 * 3, values: [Float](repeating: 0.5, count: 2 * 65 * 65 * 3))
    let (tokens, logits) = try await ComputeActor.run { () throws(RAMKitError) in
      let tokens = try model.encode(photos, trace: nil)
      return (tokens, try model.logits(of: model.labels, in: tokens[1], trace: nil))
    }
    #expect(tokens.map(\.rows) == [1 + 17 * 17, 1 + 17 * 17])
    #expect(tokens.map(\.columns) == [8, 8])
    #expect(tokens[0].values == tokens[1].values)
    // LayerNorm of equal numbers leaves its bias, so `fc` says 0.25; the rest is the mean token's
    // product with the label's embedding.
    let similarity = tokens[1].values.prefix(8).reduce(0) { $0 + $1 * 0.125 }
    #expect(similarity > 0)
    for logit in logits { #expect(abs(logit - (0.25 + similarity)) < 1e-5) }
  }
}
