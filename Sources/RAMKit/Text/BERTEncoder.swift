/// BERT over the tokens of texts, and the mean over a text's tokens as its embedding.
///
/// Follows `BertModel` of transformers (Devlin et al. 2018) and the pooling of
/// sentence-transformers.
struct BERTEncoder: Sendable {
  private let configuration: SentenceEncoderConfiguration
  private let words: RowTable
  /// What is added to the token at each position, [positions, width].
  private let positions: Matrix
  private let norm: LayerNorm
  private let layers: [BERTLayer]
}

@ComputeActor
extension BERTEncoder {
  init(
    _ configuration: SentenceEncoderConfiguration, weights: WeightLoader, compute: ComputeContext
  ) throws(RAMKitError) {
    self.configuration = configuration
    words = try weights.table("embeddings.word_embeddings.weight")
    // All sentences are of the first kind, so its row is added to the positions once.
    let kind = try weights.matrix("embeddings.token_type_embeddings.weight").rows(0..<1)
    let table = try weights.matrix("embeddings.position_embeddings.weight")
    positions = try Matrix(rows: table.rows, columns: table.columns)
    try compute.gather(
      (0..<UInt32(table.rows)).map { $0 }, of: .float32(table), adding: kind, into: positions)
    norm = try weights.layerNorm("embeddings.LayerNorm", epsilon: BERTLayer.epsilon)
    var layers: [BERTLayer] = []
    for layer in 0..<configuration.layers {
      layers.append(
        try BERTLayer(
          SentenceEncoderConfiguration.layerName(layer), attention: .itself, weights: weights))
    }
    self.layers = layers
  }

  /// The embeddings [texts, width] of texts with as many tokens each, one text's behind the
  /// other's; of unit length. Texts never see each other, and no token is padded.
  func embeddings(
    of tokens: [UInt32], texts: Int, compute: ComputeContext
  ) throws(RAMKitError) -> Matrix {
    let (rows, width) = (tokens.count, configuration.width)
    let x = try compute.matrix(rows: rows, columns: width)
    try compute.gather(
      tokens, of: words, adding: positions.rows(0..<rows / texts), into: x)
    try compute.apply(norm, to: x, into: x)
    let query = try compute.matrix(rows: rows, columns: width)
    let key = try compute.matrix(rows: rows, columns: width)
    let value = try compute.matrix(rows: rows, columns: width)
    for layer in layers {
      try compute.apply(layer.query, to: x, into: query)
      try compute.apply(layer.key, to: x, into: key)
      try compute.apply(layer.value, to: x, into: value)
      let context = try compute.matrix(rows: rows, columns: width)
      try compute.crossAttention(
        queries: query, keys: key, values: value, batch: texts, heads: configuration.heads,
        precision: layer.query.weights.precision.ofAttention, into: context)
      try layer.project(context, states: x, into: x, compute: compute)
      try layer.feedForward(x, compute: compute)
    }
    let means = try compute.matrix(rows: texts, columns: width)
    try compute.meanRows(of: x, into: means)
    try compute.normalizeRows(of: means)
    return means
  }
}
