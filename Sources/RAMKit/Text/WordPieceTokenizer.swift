/// BERT's uncased tokenizer: words into the longest pieces that its vocabulary has.
///
/// It gives what `BertTokenizerFast` gives (`do_lower_case`, accents stripped), number for number.
package struct WordPieceTokenizer: Sendable {
  package let vocabulary: Vocabulary

  /// Numbers of the tokens at a text's start and end, and of what no piece fits.
  private let start, end, unknown: UInt32
  /// Tokens that a text may hold as they are, "[MASK]" for instance.
  private let special: [(token: [Unicode.Scalar], number: UInt32)]

  /// Longer words are unknown: what the official code does with words of more than 100 characters.
  private static let maximumWordLength = 100

  /// - Throws: ``RAMKitError/malformedVocabulary(path:line:reason:)`` for a vocabulary without
  ///   "[CLS]", "[SEP]" or "[UNK]".
  package init(_ vocabulary: Vocabulary, path: String) throws(RAMKitError) {
    func number(_ token: String) throws(RAMKitError) -> UInt32 {
      guard let number = vocabulary.number(of: token) else {
        throw .malformedVocabulary(path: path, line: nil, reason: "it lacks '\(token)'")
      }
      return number
    }
    self.vocabulary = vocabulary
    start = try number("[CLS]")
    end = try number("[SEP]")
    unknown = try number("[UNK]")
    special = ["[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"].compactMap { token in
      vocabulary.number(of: token).map { (Array(token.unicodeScalars), $0) }
    }
  }

  /// The numbers of a text's tokens between "[CLS]" and "[SEP]", which are among them; of a longer
  /// text, the first ones.
  ///
  /// - Parameter limit: how many there are at most; 2 or more.
  package func tokens(of text: String, limit: Int) -> [UInt32] {
    var tokens = [start]
    let scalars = Array(text.unicodeScalars)
    var plain = 0
    var position = 0
    while position < scalars.count, tokens.count < limit {
      guard let (token, number) = special(in: scalars, at: position) else {
        position += 1
        continue
      }
      append(scalars[plain..<position], to: &tokens, limit: limit)
      tokens.append(number)
      position += token.count
      plain = position
    }
    append(scalars[plain...], to: &tokens, limit: limit)
    return tokens.prefix(limit - 1) + [end]
  }

  private func special(
    in scalars: [Unicode.Scalar], at position: Int
  ) -> (token: [Unicode.Scalar], number: UInt32)? {
    guard scalars[position] == "[" else { return nil }
    return special.first { scalars[position...].starts(with: $0.token) }
  }

  private func append(
    _ text: ArraySlice<Unicode.Scalar>, to tokens: inout [UInt32], limit: Int
  ) {
    guard tokens.count < limit else { return }
    for word in BERTWords(text).words {
      tokens += pieces(of: word)
      if tokens.count >= limit { return }
    }
  }

  /// The longest piece that the word starts with, then the longest that the rest does, and so on;
  /// the unknown token alone where that leads nowhere.
  private func pieces(of word: [Unicode.Scalar]) -> [UInt32] {
    guard word.count <= Self.maximumWordLength else { return [unknown] }
    let bytes = word.flatMap { UTF8.encode($0)! }
    var pieces: [UInt32] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      var piece = rest
      var number: UInt32?
      while !piece.isEmpty {
        number = vocabulary.number(ofPiece: piece, isFirst: pieces.isEmpty)
        if number != nil { break }
        // Back to where the last character starts: not in the middle of its bytes.
        while piece.removeLast() & 0xC0 == 0x80 {}
      }
      guard let number else { return [unknown] }
      pieces.append(number)
      rest = rest[piece.endIndex...]
    }
    return pieces
  }
}
