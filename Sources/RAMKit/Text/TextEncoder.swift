/// Turns texts into embeddings, which labels are asked by.
///
/// A model's label queries are embeddings of the text encoder that it was trained with: labels of
/// one's own have to come from the same encoder. RAM-nano's is a ``SentenceEncoder`` that comes
/// with it; for the official checkpoints, which were trained with CLIP ViT-B/16, bring one of your
/// own by adopting this protocol.
public protocol TextEncoder: Sendable {
  /// Numbers an embedding.
  var width: Int { get }

  /// What tells this encoder's embeddings from all others: a digest of its weights, and of all else
  /// that its answers depend on. Embeddings are kept on disk under it (``TextEmbeddingCache``), so
  /// two encoders that answer differently must not share one.
  var identity: String { get }

  /// The embeddings of texts, [texts, width], row-major in the order of the texts.
  ///
  /// A text's embedding must not depend on the texts beside it.
  func embeddings(of texts: [String]) async throws(RAMKitError) -> [Float]
}
