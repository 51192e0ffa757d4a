import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct MixedPrecisionTests {
  private let folder: TemporaryFolder
  private let original: URL
  private let converted: URL
  private static let layers = [
    "stage 1 attention", "stage 1 MLP", "stage 1 merging", "stage 2 attention", "stage 2 MLP",
    "decoder layer 1 attention", "decoder layer 1 MLP", "decoder layer 2 attention",
    "decoder layer 2 MLP",
  ]

  init() throws {
    folder = try TemporaryFolder()
    original = folder.file("tiny.safetensors")
    converted = folder.file("mixed.safetensors")
    try TinyCheckpoint.ram().write(to: original)
  }

  private static func options(_ precision: Precision = .int8) throws -> ModelOptions {
    let labels = try LabelSet(name: "tiny", labels: (0..<5).map { Label("label \($0)") })
    return ModelOptions(labels: labels, precision: precision)
  }

  private static func photos() throws -> [Photo] {
    try (1...3).map { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      let rgb = (0..<(32 * 32 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return .pixels(try Image(width: 32, height: 32, rgb: rgb))
    }
  }

  private func logits(of url: URL, _ options: ModelOptions) async throws -> [[Float]] {
    let tagger = try await Tagger(contentsOf: url, options: options)
    return try await tagger.answers(to: Self.photos()).answers.map { try $0.logits.get() }
  }

  /// As if measured: the layers named are those that int8 harms.
  private static func keeping(_ names: Set<String>) -> MixedPrecision {
    var mixed = MixedPrecision(
      layers.map { (name: $0, work: 1, int8: 0.1, bfloat16: 0.01) }, photoCount: 3)
    for place in mixed.layers.indices where names.contains(mixed.layers[place].name) {
      mixed.layers[place].precision = .bfloat16
    }
    return mixed
  }

  private func write(
    _ mixed: MixedPrecision?, from url: URL? = nil, to written: URL? = nil, prepared: Bool = false
  ) async throws {
    let conversion = try ModelConversion(
      of: url ?? original, options: Self.options(), mixed: mixed, prepared: prepared)
    _ = try await conversion.write(to: written ?? converted)
  }

  // MARK: - The decision

  @Test func aLayerStaysWhereItsErrorIsFarAboveItsWork() {
    let mixed = MixedPrecision(
      [("a", 10, 0.5, 0.3), ("b", 60, 0.3, 0), ("c", 29, 0.1, 0.2), ("d", 1, 0.1, 0)],
      photoCount: 7)
    // Squares beyond bfloat16's: 0.16, 0.09, none, 0.01.
    let errors = mixed.layers.map(\.errorShare)
    for (error, expected) in zip(errors, [0.16 / 0.26, 0.09 / 0.26, 0, 0.01 / 0.26]) {
      #expect(abs(error - expected) < 1e-12)
    }
    #expect(mixed.layers.map(\.workShare) == [0.1, 0.6, 0.29, 0.01])
    #expect(mixed.bfloat16Layers.map(\.name) == ["a", "d"])
    #expect(mixed.photoCount == 7)
  }

  @Test func whatStaysIsLessThanAThirdOfTheWork() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      let layers = (0..<12).map { index in
        (
          name: "\(index)", work: Double(random.next() % 100), int8: Double(random.next() % 100),
          bfloat16: Double(random.next() % 10)
        )
      }
      let kept = MixedPrecision(layers, photoCount: 1).bfloat16Layers
      #expect(kept.reduce(0) { $0 + $1.workShare } < 1 / MixedPrecision.factor)
    }
  }

  @Test func noErrorLeavesEverythingInInt8() {
    let mixed = MixedPrecision([("a", 1, 0, 0), ("b", 0, 0, 0)], photoCount: 1)
    #expect(mixed.bfloat16Layers.isEmpty)
    #expect(mixed.layers.map(\.errorShare) == [0, 0])
  }

  // MARK: - Measuring

  @Test func everyLayerIsMeasured() async throws {
    var runs: [Int] = []
    let photos = try Self.photos() + [.data(Data(), name: "broken")]
    let mixed = try await MixedPrecision(of: original, options: Self.options(), on: photos) {
      runs.append($0)
      #expect($1 == 19)
    }
    #expect(runs == Array(1...19))
    #expect(mixed.photoCount == 3)
    #expect(mixed.layers.map(\.name) == Self.layers)
    #expect(abs(mixed.layers.reduce(0) { $0 + $1.workShare } - 1) < 1e-12)
    #expect(abs(mixed.layers.reduce(0) { $0 + $1.errorShare } - 1) < 1e-12)
    #expect(mixed.layers.allSatisfy { $0.int8Movement > 0 && $0.bfloat16Movement > 0 })
    #expect(mixed.layers[0].int8Movement < 1)
    let again = try await MixedPrecision(of: original, options: Self.options(), on: Self.photos())
    #expect(again == mixed)
  }

  /// A stage's merging [8, 16] sees a quarter of its 64 tokens; the first stage's only block multiplies all
  /// of them by [12, 4] and [4, 4].
  @Test func workIsCountedInMultiplications() async throws {
    let mixed = try await MixedPrecision(of: original, options: Self.options(), on: Self.photos())
    let (attention, merging) = (mixed.layers[0], mixed.layers[2])
    #expect(abs(attention.workShare / merging.workShare - 64 * 64 / (16.0 * 128)) < 1e-12)
  }

  @Test(arguments: SyntheticModel.allCases)
  func whatCanBeRoundedToBytesIsPartOfALayer(model: SyntheticModel) {
    for requirement in model.configuration(labelCount: 12).requirements {
      #expect((requirement.role == .weights) == (requirement.layer != nil), "\(requirement.name)")
    }
  }

  @Test func withoutPhotosThereIsNothingToMeasure() async throws {
    let error = await #expect(throws: RAMKitError.self) {
      try await MixedPrecision(
        of: original, options: Self.options(), on: [.data(Data(), name: "broken")])
    }
    #expect(error?.code == "invalidOption")
  }

  // MARK: - Files

  @Test func theFileHoldsAndRunsWhatWasDecided() async throws {
    try await write(Self.keeping(["stage 2 MLP", "decoder layer 1 attention"]))
    let file = try Checkpoint(contentsOf: converted)
    let kept = [".layers.1.blocks.0.mlp.fc1.weight", ".layer.0.crossattention.self.query.weight"]
    for name in kept {
      let tensor = try #require(file.tensors.values.first { $0.name.hasSuffix(name) })
      #expect(tensor.elementType == .bfloat16)
      #expect(file.tensors[tensor.name + ".scale"] == nil)
    }
    let other = try #require(
      file.tensors.values.first { $0.name.hasSuffix(".layers.0.blocks.0.mlp.fc1.weight") })
    #expect(other.elementType == .int8)
    let mixed = try await logits(of: converted, ModelOptions(precision: .int8))
    #expect(try await mixed != logits(of: original, Self.options(.int8)))
    #expect(try await mixed != logits(of: original, Self.options(.bfloat16)))
  }

  @Test func allThatStaysIsBfloat16AndNothingThatStaysIsInt8() async throws {
    for (names, precision) in [(Set(Self.layers), Precision.bfloat16), ([], .int8)] {
      try await write(Self.keeping(names))
      let mixed = try await logits(of: converted, ModelOptions(precision: .int8))
      #expect(try await mixed == logits(of: original, Self.options(precision)))
    }
  }

  @Test func theDecisionGoesWithTheFile() async throws {
    let mixed = Self.keeping(["stage 1 merging"])
    try await write(mixed)
    let description = try ModelDescription(contentsOf: converted)
    #expect(description.mixedPrecision == mixed)
    #expect(description.metadata["mixed_precision"] == nil)
    let expected = try await logits(of: converted, ModelOptions(precision: .int8))

    let (again, wide) = (folder.file("again.safetensors"), folder.file("wide.safetensors"))
    for (url, precision) in [(again, Precision.int8), (wide, .float32)] {
      let options = ModelOptions(precision: precision)
      _ = try await ModelConversion(of: converted, options: options).write(to: url)
    }
    #expect(try ModelDescription(contentsOf: again).mixedPrecision == mixed)
    #expect(try await logits(of: again, ModelOptions(precision: .int8)) == expected)
    #expect(try ModelDescription(contentsOf: wide).mixedPrecision == nil)
  }

  @Test func aDecisionAboutSomethingElseIsRefused() throws {
    let mixed = Self.keeping([])
    var other = mixed
    other.layers[3].name = "block 7"
    for (mixed, precision) in [(mixed, Precision.float32), (mixed, .bfloat16), (other, .int8)] {
      let error = #expect(throws: RAMKitError.self) {
        try ModelConversion(of: original, options: Self.options(precision), mixed: mixed)
      }
      #expect(error?.code == "invalidOption")
    }
  }

  /// In one go, or from a mixed file.
  @Test func matricesArePreparedInTheirOwnPrecision() async throws {
    let mixed = Self.keeping(["stage 1 MLP", "decoder layer 2 attention"])
    try await write(mixed)
    let expected = try await logits(of: converted, ModelOptions(precision: .int8))
    let prepared = folder.file("prepared.safetensors")
    for (source, decision) in [(original, mixed), (converted, nil)] {
      try await write(decision, from: source, to: prepared, prepared: true)
      let matrices = try ModelDescription(contentsOf: prepared).preparation?.matrices
      #expect(matrices?.map(\.precision) == [.float32, .bfloat16, .int8])
      #expect(try await logits(of: prepared, ModelOptions(precision: .int8)) == expected)
    }
  }
}
