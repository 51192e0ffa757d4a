import Testing
import _RAMKitTestSupport

@testable import RAMKit

/// The golden models are too narrow for folding to save anything: here they do it all the same.
@Suite struct FoldedAttentionTests {
  /// RAM's first queries are made once a label set, RAM++'s with each photo.
  static let models: [GoldenModel] = [.ram, .ramPlus, .tag2Text]

  @Test(arguments: models, RunnableImplementation.all)
  func logitsAndTagsAreTheOfficialOnes(
    _ golden: GoldenModel, implementation: RunnableImplementation
  ) async throws {
    let tagger = try await golden.tagger(
      forcing: implementation.description, options: try golden.options(foldingAttention: true))
    try await golden.expectOfficialAnswers(of: tagger)
  }

  @Test(arguments: models)
  func intermediateTensorsAgree(_ golden: GoldenModel) async throws {
    for implementation in RunnableImplementation.all {
      let count = try await golden.expectOfficialIntermediates(
        forcing: implementation.description,
        options: try golden.options(foldingAttention: true))
      #expect(count >= 18)
    }
  }

  /// Folding rounds other numbers, and as many: bfloat16's logits are as near to the exact ones.
  @Test(arguments: models)
  func bfloat16IsAsNear(_ golden: GoldenModel) async throws {
    let exact = try Checkpoint(contentsOf: golden.url("logits.safetensors"))
    var errors: [Bool: Double] = [:]
    for folds in [false, true] {
      let tagger = try await golden.tagger(
        try golden.options(foldingAttention: folds, precision: .bfloat16))
      for photo in GoldenModel.photos {
        let tagging = try await tagger.tags(
          in: .file(GoldenModel.photo(photo)), options: GoldenModel.official)
        let logits = try #require(tagging.logits)
        errors[folds, default: 0] += maximumDistance(
          logits, try GoldenLogits(photo, in: exact).values)
      }
    }
    let (apart, folded) = (try #require(errors[false]), try #require(errors[true]))
    #expect(folded != apart, "one of them was not done")
    #expect(folded < 2 * apart)
  }

  /// Narrow and wide, as the official models are: 768 with 144 tokens saves, and RAM-nano's does not.
  @Test func isDoneWhereItSavesWork() {
    #expect(FoldedAttention.saves(heads: 4, tokens: 144, width: 768))
    #expect(FoldedAttention.saves(heads: 4, tokens: 49, width: 768))
    #expect(!FoldedAttention.saves(heads: 4, tokens: 144, width: 256))
    #expect(!FoldedAttention.saves(heads: 4, tokens: 576, width: 768))
  }
}
