/// The family's recognition decoder: every label, as a query, asks a photo's tokens about itself.
///
/// Follows the official `tagging_head`, a BERT without embeddings or self-attention: each layer is
/// cross-attention and feed-forward, both followed by LayerNorm of their sum with the input. Labels
/// never see each other, so they are worked on in panels of rows that stay in the caches.
package struct RecognitionDecoder: Sendable {
  /// How labels' states behind the last layer become their logits.
  struct Classifier: Sendable {
    /// What states are multiplied by, [labels, width]: a row for all of them, or one of each label's own.
    let weights: Matrix
    /// What is added, [labels, 1].
    let bias: Matrix
    /// Embeddings of the labels, [labels, memoryWidth], whose products with the photo's mean token are added as
    /// well: RAM-nano.
    var embeddings: Matrix?

    func rows(_ range: Range<Int>) -> Classifier {
      Classifier(
        weights: weights.rows(range), bias: bias.rows(range), embeddings: embeddings?.rows(range))
    }

    func gatheringRows(_ indices: [Int]) throws(RAMKitError) -> Classifier {
      Classifier(
        weights: try weights.gatheringRows(indices), bias: try bias.gatheringRows(indices),
        embeddings: try embeddings?.gatheringRows(indices))
    }
  }

  /// What labels are asked by: their states before the first layer, and that layer's queries,
  /// [labels, width] both. Made once a label set where they depend on the labels alone.
  package struct Queries: Sendable {
    let states: Matrix
    let firstQueries: Matrix
    let classifier: Classifier

    func rows(_ range: Range<Int>) -> Queries {
      Queries(
        states: states.rows(range), firstQueries: firstQueries.rows(range),
        classifier: classifier.rows(range))
    }

    /// Those of the labels at the indices given.
    func gatheringRows(_ indices: [Int]) throws(RAMKitError) -> Queries {
      Queries(
        states: try states.gatheringRows(indices),
        firstQueries: try firstQueries.gatheringRows(indices),
        classifier: try classifier.gatheringRows(indices))
    }
  }

  package let configuration: RecognitionDecoderConfiguration
  private let layers: [BERTLayer]

  /// Labels to a panel: their states, queries and what attention finds for them (9 MB at width 768)
  /// then stay in the last level of the caches, while the weights are read once a panel.
  private static let panel = 1024

  init(
    _ configuration: RecognitionDecoderConfiguration, weights: WeightLoader
  ) throws(RAMKitError) {
    self.configuration = configuration
    var layers: [BERTLayer] = []
    for layer in 0..<configuration.layers {
      layers.append(
        try BERTLayer(
          RecognitionDecoderConfiguration.layerName(layer), attention: .memory, weights: weights))
    }
    self.layers = layers
  }
}

@ComputeActor
extension RecognitionDecoder {
  /// A photo's keys and values, [tokens, width] for each layer, and its mean token.
  private struct Memory {
    let keys: [Matrix]
    let values: [Matrix]
    let meanToken: Matrix
  }

  /// The queries of labels' states [labels, width], in memory of the pool given or of their own.
  func queries(
    states: Matrix, classifier: Classifier, compute: ComputeContext, pool: MemoryPool? = nil
  ) throws(RAMKitError) -> Queries {
    let first = try Matrix(rows: states.rows, columns: configuration.width, pool: pool)
    try compute.apply(layers[0].query, to: states, into: first)
    return Queries(states: states, firstQueries: first, classifier: classifier)
  }

  /// One logit a label for one photo's tokens [tokens, memoryWidth].
  func logits(
    of queries: Queries, in tokens: Matrix, compute: ComputeContext, trace: Trace? = nil
  ) throws(RAMKitError) -> [Float] {
    try logits(
      labels: queries.states.rows, in: tokens, compute: compute, trace: trace, queries: queries.rows
    )
  }

  /// As ``logits(of:in:compute:trace:)``, for labels whose queries depend on the photo: `queries`
  /// makes those of a panel of labels when its turn comes, so that no more are in memory at a time.
  func logits(
    labels: Int, in tokens: Matrix, compute: ComputeContext, trace: Trace? = nil,
    queries: (_ panel: Range<Int>) throws(RAMKitError) -> Queries
  ) throws(RAMKitError) -> [Float] {
    let memory = try memory(tokens, compute: compute)
    if let last = memory.values.last { trace?("tagging_head.memory", last) }
    let logits = try compute.matrix(rows: labels, columns: 1)
    for start in stride(from: 0, to: labels, by: Self.panel) {
      try Task.checkRAMKitCancellation()
      let panel = start..<min(start + Self.panel, labels)
      try decode(
        try queries(panel), memory: memory, compute: compute, trace: trace,
        into: logits.rows(panel))
    }
    return logits.values
  }

  private func memory(
    _ tokens: Matrix, compute: ComputeContext
  ) throws(RAMKitError) -> Memory {
    var (keys, values): ([Matrix], [Matrix]) = ([], [])
    for layer in layers {
      let key = try compute.matrix(rows: tokens.rows, columns: configuration.width)
      let value = try compute.matrix(rows: tokens.rows, columns: configuration.width)
      try compute.apply(layer.key, to: tokens, into: key)
      try compute.apply(layer.value, to: tokens, into: value)
      keys.append(key)
      values.append(value)
    }
    return Memory(keys: keys, values: values, meanToken: tokens.rows(0..<1))
  }

  private func decode(
    _ queries: Queries, memory: Memory, compute: ComputeContext, trace: Trace?, into logits: Matrix
  ) throws(RAMKitError) {
    let rows = queries.states.rows
    let x = try compute.matrix(rows: rows, columns: configuration.width)
    let query = try compute.matrix(rows: rows, columns: configuration.width)
    let context = try compute.matrix(rows: rows, columns: configuration.width)
    for (index, layer) in layers.enumerated() {
      let isFirst = index == 0
      if !isFirst { try compute.apply(layer.query, to: x, into: query) }
      try compute.crossAttention(
        queries: isFirst ? queries.firstQueries : query, keys: memory.keys[index],
        values: memory.values[index], heads: configuration.heads,
        precision: layer.query.weights.precision.ofAttention, into: context)
      try layer.finish(
        context, states: isFirst ? queries.states : x, into: x, compute: compute
      ) { trace?("tagging_head.layer.\(index).crossattention", $0) }
      trace?("tagging_head.layer.\(index)", x)
    }
    let classifier = queries.classifier
    var bias = classifier.bias
    if let embeddings = classifier.embeddings {
      try compute.rowDots(
        of: embeddings, and: memory.meanToken.firstRow(times: rows), bias: bias, into: logits)
      trace?("similarity", logits)
      bias = logits
    }
    try compute.rowDots(of: x, and: classifier.weights, bias: bias, into: logits)
    trace?("fc", logits)
  }
}
