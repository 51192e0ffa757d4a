/// The tokens of a WordPiece tokenizer, by number: words, and pieces that continue one.
package struct Vocabulary: Sendable {
  /// What continues a word has this in front.
  private static let continuation = Array("##".utf8)

  /// Tokens beyond this many bytes are refused: no word that is looked up can be one.
  private static let maximumTokenBytes = 1024

  package let count: Int

  /// Tokens that start a word.
  private let words: [ArraySlice<UInt8>: UInt32]
  /// Tokens that continue one, without the mark in front.
  private let continuations: [ArraySlice<UInt8>: UInt32]

  /// Reads the tokens, one a line, in the order of their numbers: UTF-8, cut at LF, a CR before it
  /// dropped.
  ///
  /// - Parameter path: names the source in errors.
  /// - Throws: ``RAMKitError/malformedVocabulary(path:line:reason:)``.
  package init(_ bytes: [UInt8], path: String) throws(RAMKitError) {
    var words: [ArraySlice<UInt8>: UInt32] = [:]
    var continuations: [ArraySlice<UInt8>: UInt32] = [:]
    words.reserveCapacity(bytes.count / 8)
    guard strictUTF8(bytes) != nil else {
      throw .malformedVocabulary(path: path, line: nil, reason: "it is not UTF-8")
    }
    var (start, line) = (0, 0)
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var token = bytes[start..<end]
      if token.last == UInt8(ascii: "\r") { token.removeLast() }
      guard !token.isEmpty, token.count <= Self.maximumTokenBytes else {
        let problem = token.isEmpty ? "it is empty" : "it has \(token.count) bytes"
        throw .malformedVocabulary(path: path, line: line + 1, reason: problem)
      }
      let isContinuation = token.starts(with: Self.continuation)
      let previous =
        isContinuation
        ? continuations.updateValue(UInt32(line), forKey: token.dropFirst(Self.continuation.count))
        : words.updateValue(UInt32(line), forKey: token)
      if let previous {
        let name = quoted(String(decoding: token, as: UTF8.self))
        throw .malformedVocabulary(
          path: path, line: line + 1, reason: "\(name) is on line \(previous + 1), too")
      }
      line += 1
      start = end + 1
    }
    count = line
    self.words = words
    self.continuations = continuations
  }

  /// The number of a token that stands for itself, such as "[CLS]"; nil where there is none.
  package func number(of token: String) -> UInt32? { words[Array(token.utf8)[...]] }

  /// The number of a piece of a word, the first one or a later one; nil where there is none.
  func number(ofPiece bytes: ArraySlice<UInt8>, isFirst: Bool) -> UInt32? {
    isFirst ? words[bytes] : continuations[bytes]
  }
}
