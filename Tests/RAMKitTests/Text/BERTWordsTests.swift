import RAMKit
import Testing

@Suite struct BERTWordsTests {
  static func words(_ text: String) -> [String] {
    BERTWords(text.unicodeScalars).words.map { word in
      String(String.UnicodeScalarView(word))
    }
  }

  /// Every character of the blocks with scripts, marks and symbols: between two letters, what becomes
  /// of it?
  @Test func everyCharacterIsTakenAsTheOfficialCodeTakesIt() throws {
    let expected: [String: String] = try GoldenText.read("characters.json")
    #expect(expected.count == 16)
    for (start, digest) in expected {
      let first = try #require(UInt32(start, radix: 16))
      var lines: [UInt8] = []
      for number in first..<first + 0x1000 {
        guard let scalar = Unicode.Scalar(number) else { continue }
        let words = BERTWords(["a", scalar, "b"]).words
        lines += Array(String(number, radix: 16).utf8) + [UInt8(ascii: ":")]
        for (index, word) in words.enumerated() {
          if index > 0 { lines.append(UInt8(ascii: "|")) }
          lines += Array(word.map { String($0.value, radix: 16) }.joined(separator: " ").utf8)
        }
        lines.append(UInt8(ascii: "\n"))
      }
      var sha = SHA256Digest()
      lines.withUnsafeBytes { sha.update($0) }
      #expect(sha.hexadecimal == digest, "U+\(start)...")
    }
  }

  @Test func wordsAreCutAtBlanksMarksAndIdeographs() {
    #expect(Self.words("Hot-Air  balloon!") == ["hot", "-", "air", "balloon", "!"])
    #expect(Self.words("火车 dog站x") == ["火", "车", "dog", "站", "x"])
    #expect(Self.words("Café NAÏVE a\u{323}\u{302}") == ["cafe", "naive", "a"])
    #expect(Self.words(" \t\u{200B}\u{7}\u{0}") == [])
    #expect(Self.words("") == [])
  }
}
