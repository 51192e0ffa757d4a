import RAMKit
import Testing

@Suite struct WordPieceTokenizerTests {
  @Test func tokensAreTheOfficialOnes() throws {
    let tokenizer = try GoldenText.tokenizer()
    let golden: [GoldenText.Tokens] = try GoldenText.read("tokens.json")
    #expect(golden.count > 80)
    for one in golden {
      let tokens = tokenizer.tokens(of: one.text, limit: one.limit)
      #expect(tokens == one.tokens, "\(one.text.debugDescription), at most \(one.limit)")
    }
  }

  /// The first tokens of the whole text, then the end.
  @Test(arguments: 2...20)
  func aLimitCutsTheEnd(limit: Int) throws {
    let tokenizer = try GoldenText.tokenizer()
    for text in try GoldenText.texts() {
      let all = tokenizer.tokens(of: text, limit: .max)
      let cut = tokenizer.tokens(of: text, limit: limit)
      #expect(cut == all.dropLast().prefix(limit - 1) + [all[all.count - 1]])
    }
  }

  @Test func aLongTextCostsNoMoreThanItsWords() throws {
    let tokenizer = try GoldenText.tokenizer()
    let text = String(repeating: "photo ", count: 200_000)
    #expect(tokenizer.tokens(of: text, limit: 12).count == 12)
    let word = String(repeating: "x", count: 200_000)
    #expect(tokenizer.tokens(of: word, limit: 12).count == 3)
  }
}
