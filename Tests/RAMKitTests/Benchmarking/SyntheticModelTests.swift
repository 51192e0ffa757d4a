import RAMKit
import Testing

/// Models whose weights are made up.
@Suite struct SyntheticModelTests {
  private let photo: Photo
  private let options = TaggingOptions(keepsLogits: true)

  init() throws {
    photo = .pixels(try Image(width: 2, height: 1, rgb: [200, 30, 90, 0, 255, 7]))
  }

  @Test func holdsWhatItsConfigurationCallsFor() async throws {
    let model = try await TinyModel.tagger().model
    #expect(model.isComplete)
    #expect(model.unknownTensors.isEmpty)
    #expect(model.format == "synthetic")
    #expect(model.family == .ram)
    #expect(model.labelCount == TinyModel.labels)
    #expect(model.imageEncoder?.depths == [1, 2])
    #expect(
      model.parameterCount == TinyModel.ram.requirements.reduce(0) { $0 + $1.shape.reduce(1, *) })
  }

  @Test(arguments: Precision.allCases, [false, true])
  func logitsAreOfAboutTheUsualSize(_ precision: Precision, isTag2Text: Bool) async throws {
    let configuration: any ModelConfiguration = isTag2Text ? TinyModel.tag2Text : TinyModel.ram
    let tagger = try await TinyModel.tagger(
      configuration, options: .init(precision: precision, threads: 1))
    let logits = try #require(try await tagger.tags(in: photo, options: options).logits)
    #expect(logits.allSatisfy { $0.isFinite && !$0.isSubnormal })
    let mean = logits.reduce(0, +) / Float(logits.count)
    let deviation =
      (logits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(logits.count)).squareRoot()
    #expect((0.05...20).contains(deviation))
  }

  @Test func theSeedIsAllThatMatters() async throws {
    func logits(seed: UInt64, threads: Int = 1) async throws -> [Float]? {
      let tagger = try await TinyModel.tagger(seed: seed, options: .init(threads: threads))
      return try await tagger.tags(in: photo, options: options).logits
    }
    let first = try await logits(seed: 1)
    #expect(try await logits(seed: 1, threads: 3) == first)
    #expect(try await logits(seed: 2) != first)
  }

  /// No two tensors are alike.
  @Test func tensorsDiffer() async throws {
    let source = SyntheticCheckpoint(path: "tiny", configuration: TinyModel.ram)
    let compute = try ComputeContext(threads: 1)
    var seen: Set<[Float]> = []
    for name in source.tensorNames {
      let count = try #require(source.shape(of: name)).reduce(1, *)
      let values = try source.withFloats(of: name, compute: compute) {
        Array(UnsafeBufferPointer(start: $0, count: count))
      }
      #expect(seen.insert(values).inserted, "\(name)")
    }
    #expect(seen.count == TinyModel.ram.requirements.count)
    #expect(throws: RAMKitError.missingTensors(path: "tiny", names: ["surprise"])) {
      try source.withFloats(of: "surprise", compute: compute) { _ in }
    }
  }

  /// The names of the command line, and numbers in the tensors of the official sizes.
  @Test(arguments: [
    (SyntheticModel.ramSwinL, "synthetic:ram-swin-l", 212),
    (.ramPlusSwinL, "synthetic:ram-plus-swin-l", 329),
    (.tag2TextSwinB, "synthetic:tag2text-swin-b", 107),
  ])
  func sizesAreTheOfficialOnes(_ model: SyntheticModel, _ name: String, _ millions: Int) throws {
    #expect(model.name == name)
    let configuration = model.configuration(labelCount: model.officialLabelCount)
    let source = SyntheticCheckpoint(path: name, configuration: configuration)
    let numbers = source.tensorNames.reduce(0) {
      $0 + (source.shape(of: $1) ?? []).reduce(1, *)
    }
    #expect((numbers + 500_000) / 1_000_000 == millions)
    // What is read off the tensors is what they were made of.
    let read = try source.modelConfiguration(options: ModelOptions())
    #expect(read.family == configuration.family)
    #expect(read.requirements == configuration.requirements)
    #expect(read.labelCount == model.officialLabelCount)
  }

  /// Blocks and scratch memory follow from sizes and threads, and no small model has the official ones'.
  @Test(.serialized, arguments: SyntheticModel.allCases)
  func officialSizesAnswerTheSameOnOneThreadAndThree(_ model: SyntheticModel) async throws {
    func logits(threads: Int) async throws -> [Float]? {
      let tagger = try await Tagger(
        synthetic: model, options: .init(precision: .bfloat16, threads: threads))
      return try await tagger.tags(in: photo, options: options).logits
    }
    let one = try #require(try await logits(threads: 1))
    #expect(one.count == model.officialLabelCount)
    #expect(one.allSatisfy { $0.isFinite })
    #expect(try await logits(threads: 3) == one)
  }

  @Test(arguments: [0, -1, 1_000_001, Int.max])
  func numbersOfLabelsOutOfRangeAreRefused(_ count: Int) async {
    let error = await #expect(throws: RAMKitError.self) {
      try await Tagger(synthetic: .ramSwinL, labelCount: count)
    }
    #expect(error?.code == "invalidOption")
  }
}
