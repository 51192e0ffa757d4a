import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Files whose matrices lie as this process's kernels read them.
@Suite struct PreparedModelTests {
  private let folder: TemporaryFolder
  private let original: URL
  private let prepared: URL

  init() throws {
    folder = try TemporaryFolder()
    original = folder.file("tiny.safetensors")
    prepared = folder.file("prepared.safetensors")
    try TinyCheckpoint.ram().write(to: original)
  }

  private static func options(_ precision: Precision) throws -> ModelOptions {
    let labels = (0..<5).map { Label("label \($0)", threshold: 0.1 * Float($0)) }
    return ModelOptions(labels: try LabelSet(name: "tiny", labels: labels), precision: precision)
  }

  @discardableResult
  private func prepare(_ precision: Precision, _ url: URL? = nil) async throws -> ModelDescription {
    try await ModelConversion(
      of: url ?? original, options: Self.options(precision), prepared: true
    ).write(to: prepared)
  }

  private func logits(of tagger: Tagger) async throws -> [Float] {
    var random = SeededGenerator(seed: 9)
    let rgb = (0..<(40 * 30 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let photo = Photo.pixels(try Image(width: 40, height: 30, rgb: rgb))
    let tagging = try await tagger.tags(in: photo, options: TaggingOptions(keepsLogits: true))
    return try #require(tagging.logits)
  }

  private func logits(of url: URL, _ options: ModelOptions) async throws -> [Float] {
    try await logits(of: try await Tagger(contentsOf: url, options: options))
  }

  @Test(arguments: [ModelFamily.ram, .ramPlus, .tag2Text], Precision.allCases)
  func theyAnswerAsTheirOriginalsDo(family: ModelFamily, precision: Precision) async throws {
    let tiny =
      switch family {
      case .ramPlus: TinyCheckpoint.ramPlus()
      case .tag2Text: TinyCheckpoint.tag2Text()
      default: TinyCheckpoint.ram()
      }
    try tiny.write(to: original)
    let written = try await prepare(precision)
    #expect(written.family == family)
    #expect(written.isComplete && written.unknownTensors.isEmpty)
    #expect(
      try await logits(of: prepared, ModelOptions(precision: precision))
        == logits(of: original, Self.options(precision)))
  }

  /// Also where the original holds bytes and scales.
  @Test func bytesArePreparedAsTheyAre() async throws {
    let bytes = folder.file("bytes.safetensors")
    _ = try await ModelConversion(of: original, options: Self.options(.int8)).write(to: bytes)
    try await prepare(.int8, bytes)
    #expect(
      try await logits(of: prepared, ModelOptions(precision: .int8))
        == logits(of: bytes, ModelOptions(precision: .int8)))
    #expect(try Checkpoint(contentsOf: prepared).metadata["quantization"] == nil)
  }

  @Test func theDescriptionSaysForWhich() async throws {
    let written = try await prepare(.bfloat16)
    let preparation = try #require(written.preparation)
    #expect(preparation.isSuitable)
    let serving = try CPUDescription().kernels.filter { $0.isServing && $0.operation == "gemm" }
    for matrices in preparation.matrices {
      let kernel = serving.first { $0.precision == matrices.precision.rawValue }
      #expect(matrices.implementation == kernel?.implementation)
    }
    #expect(preparation.matrices.map(\.precision) == [.float32, .bfloat16])
    #expect(preparation.matrices.map(\.count) == [3, 25])
    // It runs in nothing else, whatever is asked for.
    let description = try ModelDescription(contentsOf: prepared)
    #expect(description.precision == .bfloat16)
    #expect(description.weights.map(\.type) == ["bfloat16", "float32"])
    #expect(
      description.parameterCount == (try ModelDescription(contentsOf: original)).parameterCount)
    #expect(description.metadata["prepared"] == nil)
    #expect(description.conversions.map(\.precision) == [.bfloat16])
  }

  @Test func matricesAreReadWhereTheyLie() async throws {
    try TinyCheckpoint.ramPlus().write(to: original)
    try await prepare(.bfloat16)
    let checkpoint = try Checkpoint(contentsOf: prepared)
    let compute = try ComputeContext(threads: 1)
    for name in try #require(checkpoint.prepared).tensors.keys {
      let matrix = try #require(try checkpoint.preparedMatrix(of: name, compute: compute))
      let stored = try #require(checkpoint.mappedBytes(of: "\(name).prepared", as: .uint8))
      try matrix.withBytes(compute: compute) {
        #expect($0.baseAddress == stored.bytes.baseAddress && $0.count <= stored.bytes.count)
      }
      #expect(checkpoint.tensors[name] == nil && checkpoint.tensorNames.contains(name))
    }
    let embeddings = try #require(checkpoint.mappedBytes(of: "label_embed", as: .bfloat16))
    let loader = try WeightLoader(
      checkpoint: checkpoint, requirements: [TensorRequirement("label_embed", [15, 6])],
      precision: .bfloat16, compute: compute)
    #expect(
      UnsafeRawPointer(try loader.bfloat16Matrix("label_embed").pointer)
        == embeddings.bytes.baseAddress)
    // Of a file of numbers, nothing is kept mapped.
    #expect(try Checkpoint(contentsOf: original).mappedBytes(of: "fc.bias", as: .float32) == nil)
  }

  /// Whoever replaces a file by renaming, or removes it, takes nothing away from those that run it.
  @Test func aTaggerKeepsItsFile() async throws {
    try await prepare(.float32)
    let tagger = try await Tagger(contentsOf: prepared)
    let expected = try await logits(of: tagger)
    try await prepare(.bfloat16)
    try FileManager.default.removeItem(at: prepared)
    #expect(try await logits(of: tagger) == expected)
  }

  @Test func theSameInputGivesTheSameBytes() async throws {
    try await prepare(.int8)
    let first = try Data(contentsOf: prepared)
    try await prepare(.int8)
    #expect(try Data(contentsOf: prepared) == first)
  }

  // MARK: - For something else

  /// With other kernels, it is refused or, where these want the same layout, answers as its original does.
  @Test(arguments: RunnableImplementation.all, Precision.allCases)
  func otherKernels(_ implementation: RunnableImplementation, _ precision: Precision) async throws {
    try await prepare(precision)
    func logits(of url: URL, _ options: ModelOptions) async throws -> [Float] {
      let model = try await ComputeActor.run { () throws(RAMKitError) in
        try Tagger.load(
          url, options: options,
          compute: ComputeContext(forcing: implementation.description, threads: 1))
      }
      return try await self.logits(of: Tagger(model: model))
    }
    let here = try ComputeContext(threads: 1)
    let there = try ComputeContext(forcing: implementation.description, threads: 1)
    // A model in int8 has matrices of all three.
    let isSuitable = try Precision.allCases.allSatisfy { other in
      guard other == precision || other == .float32 || precision == .int8 else { return true }
      let layouts = try [here, there].map { try PreparedLayout(of: other, compute: $0).digest }
      return layouts[0] == layouts[1]
    }
    if isSuitable {
      #expect(
        try await logits(of: prepared, ModelOptions(precision: precision))
          == logits(of: original, Self.options(precision)))
    } else {
      let error = await #expect(throws: RAMKitError.self) {
        try await logits(of: prepared, ModelOptions(precision: precision))
      }
      #expect(error?.code == "unsuitablePreparation")
      #expect(error?.message.contains("'\(implementation)' of RAMKit") == true)
    }
  }

  @Test func anotherPrecisionIsRefused() async throws {
    try await prepare(.bfloat16)
    for precision in [Precision.float32, .int8] {
      let error = await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: prepared, options: ModelOptions(precision: precision))
      }
      #expect(error?.code == "unsuitablePreparation")
      #expect(error?.message.contains("runs in bfloat16, and \(precision) was asked") == true)
    }
  }

  @Test func numbersAreNotHadBack() async throws {
    try await prepare(.float32)
    let error = #expect(throws: RAMKitError.self) { try ModelConversion(of: prepared) }
    #expect(error?.code == "unsuitablePreparation")
    let checkpoint = try Checkpoint(contentsOf: prepared)
    let lost = #expect(throws: RAMKitError.self) {
      try checkpoint.withFloats(of: "image_proj.weight", compute: ComputeContext()) { $0[0] }
    }
    #expect(lost?.code == "unsuitablePreparation")
    // What is stored as numbers, such as embeddings of labels, can be had.
    let labels = try #require(try Self.options(.float32).labels)
    #expect(try LabelQuerySet(labels, embeddingsAt: prepared).labels.count == 5)
  }

  @Test func numbersBeyondThePrecisionAreRefused() async throws {
    for (value, precision, code) in [
      (Float.nan, Precision.float32, "nonFiniteTensor"), (.infinity, .int8, "nonFiniteTensor"),
      (.greatestFiniteMagnitude, .bfloat16, "invalidOption"),
    ] {
      var tiny = TinyCheckpoint.ram()
      tiny.tensors["tagging_head.encoder.layer.1.output.dense.weight"]?.values[3] = value
      try tiny.write(to: original)
      let error = await #expect(throws: RAMKitError.self) { try await prepare(precision) }
      #expect(error?.code == code)
      #expect(!FileManager.default.fileExists(atPath: prepared.path))
    }
  }
}
