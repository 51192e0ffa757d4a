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

  /// What labels are asked by, made once a label set where it depends on the labels alone: their states
  /// before the first layer, and that layer's queries, [labels, width] both; no queries where the tokens hold
  /// their projection.
  package struct Queries: Sendable {
    let states: Matrix
    let firstQueries: Matrix?
    let classifier: Classifier

    func rows(_ range: Range<Int>) -> Queries {
      Queries(
        states: states.rows(range), firstQueries: firstQueries?.rows(range),
        classifier: classifier.rows(range))
    }

    /// Those of the labels at the indices given.
    func gatheringRows(_ indices: [Int]) throws(RAMKitError) -> Queries {
      Queries(
        states: try states.gatheringRows(indices),
        firstQueries: try firstQueries?.gatheringRows(indices),
        classifier: try classifier.gatheringRows(indices))
    }
  }

  package let configuration: RecognitionDecoderConfiguration
  private let layers: [BERTLayer]
  /// Of each layer, or nil where it is done as the official code does it.
  private let attentions: [FoldedAttention?]
  /// Whether the first layer makes its queries, too.
  private let asksByStates: Bool

  /// Labels to a panel: their states, queries and what attention finds for them (9 MB at width 768)
  /// then stay in the last level of the caches, while the weights are read once a panel.
  private static let panel = 1024

  /// - Parameters:
  ///   - tokens: of a photo, without their mean.
  ///   - keepsQueries: whether queries are made once for many photos.
  init(
    _ configuration: RecognitionDecoderConfiguration, tokens: Int, keepsQueries: Bool,
    weights: WeightLoader, compute: ComputeContext
  ) throws(RAMKitError) {
    self.configuration = configuration
    let folds =
      configuration.foldsAttention
      ?? FoldedAttention.saves(
        heads: configuration.heads, tokens: tokens, width: configuration.width)
    var layers: [BERTLayer] = []
    var attentions: [FoldedAttention?] = []
    for index in 0..<configuration.layers {
      let layer = try BERTLayer(
        RecognitionDecoderConfiguration.layerName(index), attention: .memory, weights: weights)
      layers.append(layer)
      attentions.append(
        folds
          ? try FoldedAttention(
            query: index == 0 && keepsQueries ? nil : layer.query, output: layer.attentionOutput,
            heads: configuration.heads, compute: compute)
          : nil)
    }
    self.layers = layers
    self.attentions = attentions
    asksByStates = !keepsQueries && attentions.first.map { $0 != nil } ?? false
  }
}

@ComputeActor
extension RecognitionDecoder {
  /// What labels ask a photo about.
  private struct Memory {
    /// A layer's keys and values.
    enum Tokens {
      /// [1 + tokens, width] each
      case plain(keys: Matrix, values: Matrix)
      case folded(AttendedTokens)
    }

    var layers: [Tokens]
    let meanToken: Matrix
  }

  /// The queries of labels' states [labels, width], in memory of the pool given or of their own.
  func queries(
    states: Matrix, classifier: Classifier, compute: ComputeContext, pool: MemoryPool? = nil
  ) throws(RAMKitError) -> Queries {
    guard !asksByStates else {
      return Queries(states: states, firstQueries: nil, classifier: classifier)
    }
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
    let memory = try memory(tokens, compute: compute, trace: trace)
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
    _ tokens: Matrix, compute: ComputeContext, trace: Trace?
  ) throws(RAMKitError) -> Memory {
    var memory = Memory(layers: [], meanToken: tokens.rows(0..<1))
    var last: Matrix?
    for (layer, attention) in zip(layers, attentions) {
      let keys = try compute.matrix(rows: tokens.rows, columns: configuration.width)
      let values = try compute.matrix(rows: tokens.rows, columns: configuration.width)
      try compute.apply(layer.key, to: tokens, into: keys)
      try compute.apply(layer.value, to: tokens, into: values)
      let folded = try attention?.tokens(keys: keys, values: values, compute: compute)
      memory.layers.append(folded.map { .folded($0) } ?? .plain(keys: keys, values: values))
      last = values
    }
    if let last { trace?("tagging_head.memory", last) }
    return memory
  }

  private func decode(
    _ queries: Queries, memory: Memory, compute: ComputeContext, trace: Trace?, into logits: Matrix
  ) throws(RAMKitError) {
    let x = try compute.matrix(rows: queries.states.rows, columns: configuration.width)
    for (index, layer) in layers.enumerated() {
      let states = index == 0 ? queries.states : x
      let first = index == 0 ? queries.firstQueries : nil
      switch memory.layers[index] {
      case .plain(let keys, let values):
        try attend(
          layer, states: states, queries: first, keys: keys, values: values, compute: compute,
          into: x)
      case .folded(let tokens):
        try compute.attend(
          from: first ?? states, to: tokens, scale: configuration.attentionScale,
          bias: layer.attentionOutput.bias, residual: states, norm: layer.attentionNorm, into: x)
      }
      trace?("tagging_head.layer.\(index).crossattention", x)
      try layer.feedForward(x, compute: compute)
      trace?("tagging_head.layer.\(index)", x)
    }
    try classify(
      x, by: queries.classifier, memory: memory, compute: compute, trace: trace, into: logits)
  }

  /// A layer's cross-attention as the official code does it; `queries` are made here where there are none.
  private func attend(
    _ layer: BERTLayer, states: Matrix, queries: Matrix?, keys: Matrix, values: Matrix,
    compute: ComputeContext, into out: Matrix
  ) throws(RAMKitError) {
    func rows() throws(RAMKitError) -> Matrix {
      try compute.matrix(rows: states.rows, columns: configuration.width)
    }
    let asked = if let queries { queries } else { try rows() }
    let context = try rows()
    if queries == nil { try compute.apply(layer.query, to: states, into: asked) }
    try compute.crossAttention(
      queries: asked, keys: keys, values: values, heads: configuration.heads,
      precision: layer.query.weights.precision.ofAttention, into: context)
    try layer.project(context, states: states, into: out, compute: compute)
  }

  /// The logits of labels' states [labels, width] behind the last layer.
  private func classify(
    _ x: Matrix, by classifier: Classifier, memory: Memory, compute: ComputeContext, trace: Trace?,
    into logits: Matrix
  ) throws(RAMKitError) {
    var bias = classifier.bias
    if let embeddings = classifier.embeddings {
      try compute.rowDots(
        of: embeddings, and: memory.meanToken.firstRow(times: x.rows), bias: bias, into: logits)
      trace?("similarity", logits)
      bias = logits
    }
    try compute.rowDots(of: x, and: classifier.weights, bias: bias, into: logits)
    trace?("fc", logits)
  }
}
