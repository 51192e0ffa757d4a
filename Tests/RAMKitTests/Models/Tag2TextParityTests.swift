import CRAMKernels
import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Tag2Text's tags against the official PyTorch code, with the small seeded model of
/// Resources/Models/tag2text: all 3,429 official labels.
@Suite struct Tag2TextParityTests {
  @Test(arguments: RunnableImplementation.all)
  func logitsAndTagsAreTheOfficialOnes(implementation: RunnableImplementation) async throws {
    let tagger = try await GoldenModel.tag2Text.tagger(forcing: implementation.description)
    #expect(tagger.model.family == .tag2Text)
    #expect(tagger.model.unknownTensors.isEmpty)
    #expect(tagger.model.labels?.name == "tag2text")
    try await GoldenModel.tag2Text.expectOfficialAnswers(of: tagger)
  }

  /// Up to 0.33 was seen, over all photos and implementations: states are only eight numbers wide.
  @Test(arguments: KernelVariant.servingBfloat16)
  func bfloat16KeepsTheTags(variant: KernelVariant) async throws {
    try await GoldenModel.tag2Text.expectOfficialTags(in: .bfloat16, variant, within: 0.45)
  }

  /// In int8, up to 0.73.
  @Test(arguments: KernelVariant.servingInt8)
  func int8KeepsTheTags(variant: KernelVariant) async throws {
    try await GoldenModel.tag2Text.expectOfficialTags(in: .int8, variant, within: 1.7)
  }

  @Test(arguments: RunnableImplementation.all)
  func intermediateTensorsAgree(implementation: RunnableImplementation) async throws {
    let count = try await GoldenModel.tag2Text.expectOfficialIntermediates(
      forcing: implementation.description)
    #expect(count == 18)
  }

  @Test func aBatchAndASelectionGiveTheSameBits() async throws {
    try await GoldenModel.tag2Text.expectBatchesAndSelectionsToAgree([3428, 127, 0, 127, 1024])
  }

  @Test(arguments: RunnableImplementation.all)
  func anotherConfigurationGivesTheReferencesLogits(
    implementation: RunnableImplementation
  ) async throws {
    let golden = GoldenModel.tag2TextSmall
    let tagger = try await golden.tagger(
      forcing: implementation.description, options: try golden.options(labels: 23))
    #expect(tagger.model.imageSize == 64)
    #expect(tagger.model.labelCount == 23)
    #expect(tagger.model.decoder?.heads == 4)
    #expect(tagger.model.unknownTensors.isEmpty)
    try await golden.expectReferenceLogits(of: tagger)
  }

  /// Logits of the omitted labels are there; only as tags they have to be asked for.
  @Test func omittedLabelsAreTagsOnlyWhenAskedFor() async throws {
    let tagger = try await GoldenModel.tag2Text.tagger()
    let omitted = tagger.labels.labels.indices.filter { tagger.labels.labels[$0].isOmitted }
    #expect(omitted == [127, 2961, 3265, 3338, 3351, 3355, 3359])
    var options = GoldenModel.official
    options.threshold = 0
    let tokens = try await tagger.encode(
      .file(GoldenModel.photo("coffee.jpg")), options: options)
    let without = try await tagger.tags(in: tokens, options: options)
    options.includesOmittedLabels = true
    let with = try await tagger.tags(in: tokens, options: options)
    #expect(without.logits == with.logits)
    #expect(with.tags.count == 3_429)
    #expect(without.tags == with.tags.filter { !omitted.contains($0.index) })
  }

  /// How many heads there are is in no tensor: the option comes first, then a configuration beside
  /// the file, then the official number.
  @Test func aConfigurationBesideTheFileTellsTheHeads() async throws {
    let folder = try TemporaryFolder()
    let model = folder.file("model.safetensors")
    try FileManager.default.copyItem(at: GoldenModel.tag2Text.url("model.safetensors"), to: model)
    func heads(_ options: ModelOptions = .init()) throws -> Int? {
      try ModelDescription(contentsOf: model, options: options).decoder?.heads
    }
    #expect(try heads() == 4)
    for other in ["{]", "[1]", #"{"num_attention_heads": 2}"#, #"{"q2l_config": {}}"#] {
      try folder.write(other, to: "config.json")
      #expect(try heads() == 4)
    }
    try folder.write(#"{"q2l_config": {"num_attention_heads": 2}}"#, to: "config.json")
    #expect(try heads() == 2)
    #expect(try heads(ModelOptions(decoderHeads: 8)) == 8)
    try await GoldenModel.tag2Text.expectOfficialAnswers(of: try await Tagger(contentsOf: model))

    try folder.write(#"{"q2l_config": {"num_attention_heads": 3}}"#, to: "config.json")
    #expect(throws: RAMKitError.self) { try heads() }
    for wrong in [0, -1, 3] {
      let error = #expect(throws: RAMKitError.self) { try heads(ModelOptions(decoderHeads: wrong)) }
      #expect(error?.code == "invalidOption")
    }
  }
}
