import CRAMKernels
import RAMKit
import Testing
import _RAMKitTestSupport

/// RAM against the official PyTorch code, with the small seeded model of Resources/Models/ram.
@Suite struct RAMParityTests {
  @Test(arguments: RunnableImplementation.all)
  func logitsAndTagsAreTheOfficialOnes(implementation: RunnableImplementation) async throws {
    let tagger = try await GoldenModel.ram.tagger(forcing: implementation.description)
    try await GoldenModel.ram.expectOfficialAnswers(of: tagger)
  }

  /// How far rounding weights and activations to bfloat16 moves this model's logits, whose standard
  /// deviation is 1.6: up to 0.050 was seen, over all photos and implementations.
  @Test(arguments: KernelVariant.servingBfloat16)
  func bfloat16KeepsTheTags(variant: KernelVariant) async throws {
    try await GoldenModel.ram.expectOfficialTags(in: .bfloat16, variant, within: 0.1)
  }

  /// In int8, up to 0.33.
  @Test(arguments: KernelVariant.servingInt8)
  func int8KeepsTheTags(variant: KernelVariant) async throws {
    try await GoldenModel.ram.expectOfficialTags(in: .int8, variant, within: 0.4)
  }

  @Test(arguments: RunnableImplementation.all)
  func intermediateTensorsAgree(implementation: RunnableImplementation) async throws {
    let count = try await GoldenModel.ram.expectOfficialIntermediates(
      forcing: implementation.description)
    #expect(count == 23)
  }

  @Test func otherLabelsCanBeAskedForByTheirEmbeddings() async throws {
    try await GoldenModel.ram.expectOfficialOpenSet(labels: 9)
  }

  @Test func aBatchAndASelectionGiveTheSameBits() async throws {
    try await GoldenModel.ram.expectBatchesAndSelectionsToAgree([40, 3, 63])
  }
}
