import Foundation

/// A BERT that turns short texts into embeddings: all-MiniLM-L6-v2 and its kin.
///
/// ```swift
/// let encoder = try await SentenceEncoder(contentsOf: URL(filePath: "model.safetensors"))
/// let numbers = try await encoder.embeddings(of: ["espresso machine", "grinder"])
/// ```
///
/// It answers as sentence-transformers does: uncased WordPiece, BERT, the mean over all tokens,
/// unit length. RAMKitNano brings one along, `SentenceEncoder.nano()`.
///
/// It may be used from any number of tasks at once.
public final class SentenceEncoder: TextEncoder {
  /// Numbers an embedding: 384 for all-MiniLM-L6-v2.
  public let width: Int

  /// A digest of the weights, the vocabulary and the number format.
  public let identity: String

  /// The number format that its products run in.
  public let precision: Precision

  /// Tokens of a text that count at most; a token is a word or a part of one. The rest of a longer
  /// text is passed over.
  public let maximumTokens: Int

  private let tokenizer: WordPieceTokenizer
  private let model: BERTEncoder
  private let compute: ComputeContext

  /// Tokens that go through the model together: their activations then take some 20 MB, and others
  /// who want to compute have their turn between.
  private static let tokensOfBatch = 2048

  /// A part of every identity: to be raised when the same weights come to give other numbers.
  private static let revision = 1

  /// Loads an encoder.
  ///
  /// - Parameters:
  ///   - url: a safetensors file, or what `torch.save` wrote, with the tensors of transformers'
  ///     `BertModel`. Its vocabulary is the tensor `vocabulary` in it (tokens, each with a line
  ///     feed behind it) or `vocab.txt` beside it. Its attention heads are in a `config.json`
  ///     beside it, unless RAMKit wrote the file; so the folder of an official model is fine as it
  ///     is. Matrices may be signed bytes with a scale a row: `Documentation/FileFormats.md`.
  ///   - precision: the number format to run in.
  ///   - threads: as ``ModelOptions/threads``.
  /// - Throws: ``RAMKitError`` as for checkpoints, and
  ///   ``RAMKitError/malformedVocabulary(path:line:reason:)``.
  /// - Complexity: one pass over the file.
  public convenience init(
    contentsOf url: URL, precision: Precision = .float32, threads: Int? = nil
  ) async throws(RAMKitError) {
    let threads = try ModelOptions(threads: threads).checkedThreads()
    try await self.init(
      contentsOf: url, precision: precision, compute: try ComputeContext(threads: threads))
  }

  /// Loads an encoder onto kernels that were chosen already.
  package init(
    contentsOf url: URL, precision: Precision = .float32, compute: ComputeContext
  ) async throws(RAMKitError) {
    let file = try SentenceEncoderFile(contentsOf: url)
    (width, maximumTokens) = (file.configuration.width, file.configuration.maximumTokens)
    self.precision = precision
    self.compute = compute
    tokenizer = file.tokenizer
    identity = "\(try file.digest())/\(precision.rawValue)/\(Self.revision)"
    model = try await ComputeActor.run { () throws(RAMKitError) in
      try file.model(precision: precision, compute: compute)
    }
  }

  /// The numbers of a text's tokens.
  package func tokens(of text: String) -> [UInt32] {
    tokenizer.tokens(of: text, limit: maximumTokens)
  }

  /// The embeddings of texts, [texts, ``width``], row-major in the order of the texts, each of
  /// length 1. Upper and lower case are the same.
  ///
  /// - Throws: ``RAMKitError/cancelled`` where the task is cancelled meanwhile.
  /// - Complexity: 21 MFLOP a token for all-MiniLM-L6-v2; the name of a label has 3 to 6, with the
  ///   two around each text.
  public func embeddings(of texts: [String]) async throws(RAMKitError) -> [Float] {
    var embeddings = [Float](repeating: 0, count: texts.count * width)
    let tokens = texts.map(tokens(of:))
    let byLength = Dictionary(grouping: tokens.indices) { tokens[$0].count }
    for (length, indices) in byLength.sorted(by: { $0.key < $1.key }) {
      let size = max(1, Self.tokensOfBatch / length)
      for first in stride(from: 0, to: indices.count, by: size) {
        let batch = indices[first..<min(first + size, indices.count)]
        let rows = try await encode(batch.flatMap { tokens[$0] }, texts: batch.count)
        for (row, index) in batch.enumerated() {
          embeddings.replaceSubrange(
            index * width..<(index + 1) * width, with: rows[row * width..<(row + 1) * width])
        }
      }
    }
    return embeddings
  }

  private func encode(_ tokens: [UInt32], texts: Int) async throws(RAMKitError) -> [Float] {
    try await ComputeActor.run { () throws(RAMKitError) in
      try Task.checkRAMKitCancellation()
      return try model.embeddings(of: tokens, texts: texts, compute: compute).values
    }
  }
}

/// A file with an encoder in it, looked through but for its weights.
private struct SentenceEncoderFile: Sendable {
  let configuration: SentenceEncoderConfiguration
  let tokenizer: WordPieceTokenizer
  private let checkpoint: Checkpoint
  private let vocabularyBytes: [UInt8]

  private static let vocabularyName = "vocabulary"
  private static let maximumVocabularyBytes = 64 << 20

  init(contentsOf url: URL) throws(RAMKitError) {
    checkpoint = try Checkpoint(contentsOf: url)
    configuration = try SentenceEncoderConfiguration(checkpoint: checkpoint)
    let path: String
    (vocabularyBytes, path) = try Self.vocabulary(of: checkpoint)
    let vocabulary = try Vocabulary(vocabularyBytes, path: path)
    guard vocabulary.count == configuration.tokens else {
      throw .malformedVocabulary(
        path: path, line: nil,
        reason: "it has \(vocabulary.count) tokens, but '\(checkpoint.path)' has embeddings of "
          + "\(configuration.tokens)")
    }
    tokenizer = try WordPieceTokenizer(vocabulary, path: path)
  }

  /// In the file, or beside it.
  private static func vocabulary(
    of checkpoint: Checkpoint
  ) throws(RAMKitError) -> (bytes: [UInt8], path: String) {
    if let tensor = checkpoint.tensors[vocabularyName] {
      guard tensor.elementType == .uint8, tensor.byteCount <= maximumVocabularyBytes else {
        throw .malformedVocabulary(
          path: checkpoint.path, line: nil, reason: "the tensor '\(vocabularyName)' is no text")
      }
      return try checkpoint.withBytes(of: tensor) { ([UInt8]($0), checkpoint.path) }
    }
    let folder = checkpoint.folder ?? URL(filePath: ".")
    let url = folder.appending(path: "vocab.txt", directoryHint: .notDirectory)
    return (
      try RegularFile(at: url).readAll(limit: maximumVocabularyBytes),
      url.path(percentEncoded: false)
    )
  }

  @ComputeActor
  func model(precision: Precision, compute: ComputeContext) throws(RAMKitError) -> BERTEncoder {
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: configuration.requirements, precision: precision,
      compute: compute)
    return try BERTEncoder(configuration, weights: weights, compute: compute)
  }

  /// Of everything that answers depend on.
  func digest() throws(RAMKitError) -> String {
    var digest = SHA256Digest()
    let sizes = "\(configuration.heads) \(configuration.maximumTokens) "
    let all = Array((sizes + (try checkpoint.file.digest())).utf8) + vocabularyBytes
    all.withUnsafeBytes { digest.update($0) }
    return digest.hexadecimal
  }
}
