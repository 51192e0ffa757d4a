import Foundation

/// Cuts text into words as the official uncased BERT tokenizer does, before it cuts words into
/// pieces: without control characters, in lower case, without accents; white space parts words, and
/// each punctuation mark and each CJK ideograph is a word of its own.
///
/// It follows the `tokenizers` library, which sentence-transformers runs, scalar by scalar. Its
/// tables are those of Unicode 8, and characters that came later are letters to it, so the answer
/// does not change with the tables of a platform.
package struct BERTWords {
  package private(set) var words: [[Unicode.Scalar]] = []
  private var word: [Unicode.Scalar] = []

  package init(_ text: some Sequence<Unicode.Scalar>) {
    for scalar in text { take(scalar) }
    endWord()
  }

  private mutating func endWord() {
    if !word.isEmpty { words.append(word) }
    word = []
  }

  private mutating func takeAlone(_ scalar: Unicode.Scalar) {
    endWord()
    words.append([scalar])
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    if scalar.isASCII { return takeASCII(scalar) }
    if Self.isControl(scalar) { return }
    if scalar.properties.isWhitespace { return endWord() }
    let isIdeograph = Self.isIdeograph(scalar)
    if isIdeograph { endWord() }
    for part in Self.folded(scalar) {
      if part.properties.isWhitespace {
        endWord()
      } else if Self.isPunctuation(part) {
        takeAlone(part)
      } else {
        word.append(part)
      }
    }
    if isIdeograph { endWord() }
  }

  private mutating func takeASCII(_ scalar: Unicode.Scalar) {
    switch scalar {
    case " ", "\t", "\n", "\r": endWord()
    case "a"..."z", "0"..."9": word.append(scalar)
    case "A"..."Z": word.append(Unicode.Scalar(UInt8(scalar.value) + 32))
    case "!"..."~": takeAlone(scalar)
    default: break  // control characters
    }
  }
}

// MARK: - Tables

extension BERTWords {
  /// In lower case, decomposed, without the marks that decomposing sets free.
  private static func folded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    let decomposed =
      isOld(scalar)
      ? Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars) : [scalar]
    return decomposed.filter { !isNonspacingMark($0) }
      .flatMap { $0.properties.lowercaseMapping.unicodeScalars }
  }

  /// Whether Unicode 8 had it.
  private static func isOld(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0.major <= 8 } ?? false
  }

  /// Control and format characters, private use, and what decoders put in place of bytes that they
  /// can't read.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format: isOld(scalar)
    case .privateUse: true
    default: scalar == "\u{FFFD}"
    }
  }

  private static func isNonspacingMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\u{1734}", "\u{1171E}": true  // spacing marks since Unicode 14
    case "\u{1885}", "\u{1886}": false  // letters until Unicode 9
    case "\u{A9BD}", "\u{111C9}": false  // a spacing mark and punctuation until Unicode 11
    default: scalar.properties.generalCategory == .nonspacingMark && isOld(scalar)
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      isOld(scalar)
    default:
      // Punctuation until Unicode 11 and 12. Of ASCII, symbols count as well: "≠" decomposes to "=".
      scalar == "\u{111C9}" || scalar == "\u{166D}"
        || scalar.isASCII && scalar.properties.isASCIISymbol
    }
  }

  /// The blocks that BERT calls Chinese characters: neither Hangul nor kana.
  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
      0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

extension Unicode.Scalar.Properties {
  /// Of an ASCII character: a symbol, as "+" and "$" are.
  fileprivate var isASCIISymbol: Bool {
    switch generalCategory {
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
    default: false
    }
  }
}
