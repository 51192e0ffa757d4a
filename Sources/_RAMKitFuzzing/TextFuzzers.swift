import RAMKit

extension Fuzzer {
  /// A vocabulary, a zero byte, and a text in its tokens.
  static let vocabulary = Fuzzer("vocabulary") { (bytes) throws(Violation) in
    let bytes = Array(bytes)
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    let text = String(decoding: bytes[min(end + 1, bytes.count)...], as: UTF8.self)
    do throws(RAMKitError) {
      let vocabulary = try Vocabulary(Array(bytes[..<end]), path: "fuzz")
      let tokenizer = try WordPieceTokenizer(vocabulary, path: "fuzz")
      return try expectTokens(of: text, by: tokenizer)
    } catch .malformedVocabulary(_, _, let reason) where !reason.isEmpty {
      return true
    } catch {
      throw Violation("a vocabulary that can't be read is malformed: \(error)")
    }
  }

  /// All are in the vocabulary, between its marks, and no more than were asked for; of a shorter list
  /// the first are the same.
  private static func expectTokens(
    of text: String, by tokenizer: WordPieceTokenizer
  ) throws(RAMKitError) -> Bool {
    let start = tokenizer.vocabulary.number(of: "[CLS]")
    let end = tokenizer.vocabulary.number(of: "[SEP]")
    let all = tokenizer.tokens(of: text, limit: .max)
    for limit in [2, 3, 7, 64] {
      let tokens = tokenizer.tokens(of: text, limit: limit)
      guard tokens.first == start, tokens.last == end, (2...limit).contains(tokens.count),
        tokens.allSatisfy({ $0 < tokenizer.vocabulary.count }),
        tokens.dropLast() == all.dropLast().prefix(limit - 1)
      else { throw .internalFault(reason: "tokens at most \(limit): \(tokens) of \(all)") }
    }
    return true
  }
}
