/// What RAM and RAM++ share: an image encoder, projections of tokens and of text embeddings, and the
/// recognition decoder.
struct RAMLayers: Sendable {
  let decoder: RecognitionDecoder
  private let classifier: Matrix
  private let classifierBias: Float
  private let comparesMeanToken: Bool
  private let encoder: any ImageEncoder
  private let imageProjection: Linear
  private let labelProjection: Linear

  /// Numbers of a text embedding.
  var embeddingWidth: Int { labelProjection.weights.inputs }

  /// - Parameter keepsQueries: whether queries are made once for many photos.
  init(
    _ configuration: RAMConfiguration, keepsQueries: Bool, weights: WeightLoader,
    compute: ComputeContext
  ) throws(RAMKitError) {
    encoder = try configuration.encoder.encoder(
      weights: weights, prefix: RAMConfiguration.encoderPrefix)
    imageProjection = try weights.linear("image_proj")
    labelProjection =
      configuration.projectsLabels
      ? try weights.linear("wordvec_proj")
      : try Linear(identity: configuration.decoder.width, compute: compute)
    decoder = try RecognitionDecoder(
      configuration.decoder, tokens: configuration.encoder.tokens, keepsQueries: keepsQueries,
      weights: weights, compute: compute)
    classifier = try weights.matrix("fc.weight")
    classifierBias = try weights.matrix("fc.bias").values[0]
    comparesMeanToken = configuration.comparesMeanToken
  }

  /// The text embeddings of labels, if they are as wide as the model's own.
  func embeddings(of labels: LabelQuerySet) throws(RAMKitError) -> TextEmbeddings {
    guard case .embeddings(let embeddings) = labels.queries else {
      throw .mismatchedLabels(
        reason: "they are another model's own; this one needs a text embedding for each label")
    }
    guard embeddings.rows.width == embeddingWidth else {
      throw .mismatchedLabels(
        reason: "an embedding has \(embeddings.rows.width) numbers, but the model takes "
          + "\(embeddingWidth)")
    }
    return embeddings
  }
}

@ComputeActor
extension RAMLayers {
  /// image_proj over all tokens, the mean token first; one matrix a photo.
  func encode(
    _ photos: Matrix, compute: ComputeContext, trace: Trace?
  ) throws(RAMKitError) -> [Matrix] {
    let tokens = try encoder.encode(photos, compute: compute, trace: trace)
    let projected = try Matrix(rows: tokens.rows, columns: imageProjection.weights.outputs)
    try compute.apply(imageProjection, to: tokens, into: projected)
    trace?("image_proj", projected)
    let each = tokens.rows / photos.rows
    return (0..<photos.rows).map { projected.rows(($0 * each)..<(($0 + 1) * each)) }
  }

  /// The queries of labels' text embeddings, whose states are relu(wordvec_proj(embeddings)), in
  /// memory of the pool given or of their own.
  func queries(
    of embeddings: Matrix, compute: ComputeContext, pool: MemoryPool? = nil
  ) throws(RAMKitError) -> RecognitionDecoder.Queries {
    let states = try Matrix(
      rows: embeddings.rows, columns: decoder.configuration.width, pool: pool)
    try compute.apply(labelProjection, to: embeddings, activation: .relu, into: states)
    let bias = try Matrix(rows: embeddings.rows, columns: 1, pool: pool)
    withExtendedLifetime(bias) {
      bias.pointer.update(repeating: classifierBias, count: bias.rows)
    }
    return try decoder.queries(
      states: states,
      classifier: RecognitionDecoder.Classifier(
        weights: classifier.firstRow(times: embeddings.rows), bias: bias,
        embeddings: comparesMeanToken ? embeddings : nil),
      compute: compute, pool: pool)
  }
}
