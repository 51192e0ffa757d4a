import RAMKit
import Testing

@Suite struct VocabularyTests {
  static func vocabulary(_ text: String) throws -> Vocabulary {
    try Vocabulary(Array(text.utf8), path: "v")
  }

  @Test(arguments: ["a\n##a\nb\n", "a\n##a\nb", "a\r\n##a\r\nb\r\n"])
  func aLineIsAToken(_ text: String) throws {
    let vocabulary = try Self.vocabulary(text)
    #expect(vocabulary.count == 3)
    #expect(vocabulary.number(of: "a") == 0)
    #expect(vocabulary.number(of: "b") == 2)
    #expect(vocabulary.number(of: "c") == nil)
  }

  /// What Swift's strings take for equal, and what holds a line separator, are tokens of their own.
  @Test func tokensAreBytes() throws {
    let vocabulary = try Self.vocabulary("\u{E9}\ne\u{301}\na\u{2028}b\n")
    #expect(vocabulary.count == 3)
    #expect(vocabulary.number(of: "e\u{301}") == 1)
  }

  @Test(arguments: [
    ("a\n\nb", 2), ("a\nb\na", 3), ("##a\n##a", 2),
    ("a\n" + String(repeating: "x", count: 1025), 2),
  ])
  func namesTheLineAtFault(_ text: String, _ line: Int) {
    #expect {
      try Self.vocabulary(text)
    } throws: { error in
      guard case .malformedVocabulary("v", line, _)? = error as? RAMKitError else { return false }
      return true
    }
  }

  @Test func refusesWhatIsNoText() {
    let error = RAMKitError.malformedVocabulary(path: "v", line: nil, reason: "it is not UTF-8")
    #expect(throws: error) {
      try Vocabulary([0x61, 0x0A, 0xFF], path: "v")
    }
  }

  @Test func aTokenizerNeedsItsMarks() throws {
    for missing in ["[CLS]", "[SEP]", "[UNK]"] {
      let tokens = ["[CLS]", "[SEP]", "[UNK]"].filter { $0 != missing }
      let vocabulary = try Self.vocabulary(tokens.joined(separator: "\n"))
      let error = RAMKitError.malformedVocabulary(
        path: "v", line: nil, reason: "it lacks '\(missing)'")
      #expect(throws: error) { try WordPieceTokenizer(vocabulary, path: "v") }
    }
  }
}
