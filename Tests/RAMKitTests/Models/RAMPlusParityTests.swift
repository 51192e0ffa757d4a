import CRAMKernels
import RAMKit
import Testing
import _RAMKitTestSupport

/// RAM++ against the official PyTorch code, with the small seeded model of
/// Resources/Models/ram_plus: 16 labels of 51 descriptions.
@Suite struct RAMPlusParityTests {
  @Test(arguments: RunnableImplementation.all)
  func logitsAndTagsAreTheOfficialOnes(implementation: RunnableImplementation) async throws {
    let tagger = try await GoldenModel.ramPlus.tagger(forcing: implementation.description)
    #expect(tagger.model.family == .ramPlus)
    try await GoldenModel.ramPlus.expectOfficialAnswers(of: tagger)
  }

  /// Up to 0.067 was seen, over all photos and implementations.
  @Test(arguments: KernelVariant.servingBfloat16)
  func bfloat16KeepsTheTags(variant: KernelVariant) async throws {
    try await GoldenModel.ramPlus.expectOfficialTags(in: .bfloat16, variant, within: 0.15)
  }

  /// In int8, up to 0.12.
  @Test(arguments: KernelVariant.servingInt8)
  func int8KeepsTheTags(variant: KernelVariant) async throws {
    try await GoldenModel.ramPlus.expectOfficialTags(in: .int8, variant, within: 0.2)
  }

  @Test(arguments: RunnableImplementation.all)
  func intermediateTensorsAgree(implementation: RunnableImplementation) async throws {
    let count = try await GoldenModel.ramPlus.expectOfficialIntermediates(
      forcing: implementation.description)
    #expect(count == 20)
  }

  @Test func otherLabelsCanBeAskedForByTheirDescriptions() async throws {
    try await GoldenModel.ramPlus.expectOfficialOpenSet(labels: 6)
  }

  @Test func aBatchAndASelectionGiveTheSameBits() async throws {
    try await GoldenModel.ramPlus.expectBatchesAndSelectionsToAgree([7, 0, 15, 7])
  }

  @Test(arguments: RunnableImplementation.all)
  func anotherNumberOfDescriptionsGivesTheReferencesLogits(
    implementation: RunnableImplementation
  ) async throws {
    let golden = GoldenModel.ramPlusD3
    let tagger = try await golden.tagger(
      forcing: implementation.description, options: try golden.options(labels: 11))
    #expect(tagger.model.imageSize == 80)
    #expect(tagger.model.descriptionCount == 33)
    #expect(tagger.model.labelCount == 11)
    #expect(tagger.model.unknownTensors.isEmpty)
    try await golden.expectReferenceLogits(of: tagger)
  }
}
