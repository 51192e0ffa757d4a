#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// RAM++: RAM whose labels have several descriptions each, which every photo weighs anew.
///
/// Follows `ram/models/ram_plus.py` of the official code. A label's query is the mean of its
/// descriptions' embeddings under the softmax of e^`reweight_scale` times their similarity to the
/// photo's mean token.
package final class RAMPlusModel: TaggingModel {
  package let description: ModelDescription
  package let compute: ComputeContext
  package let input: PhotoInput
  package let labels: LabelQuerySet
  package let weightsDigest: String

  private let layers: RAMLayers
  private let scale: Float

  init(
    _ configuration: RAMPlusConfiguration, checkpoint: any TensorSource, labels: LabelSet,
    options: ModelOptions, description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) {
    try configuration.check(labels, path: checkpoint.path)
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: configuration.requirements,
      precision: options.precision, compute: compute)
    weightsDigest = try weights.digest()
    self.description = description
    self.compute = compute
    input = configuration.base.encoder.input
    self.labels = try LabelQuerySet(
      labels.labels, embeddings: try Self.embeddings(weights, precision: options.precision),
      descriptions: configuration.descriptions(labels: labels.count) ?? 1)
    scale = Float(exp(Double(try weights.matrix(RAMPlusConfiguration.scaleName).values[0])))
    guard scale.isFinite else {
      throw .unsupportedModel(
        path: checkpoint.path,
        reason: "e to its '\(RAMPlusConfiguration.scaleName)' is beyond the numbers of float32")
    }
    layers = try RAMLayers(
      configuration.base, keepsQueries: false, weights: weights, compute: compute)
  }

  /// The descriptions are most of what RAM++ reads for a photo: they are kept as the products'
  /// weights are.
  private static func embeddings(
    _ weights: WeightLoader, precision: Precision
  ) throws(RAMKitError) -> TextEmbeddings.Rows {
    switch precision {
    case .float32: .float32(try weights.matrix("label_embed"))
    case .bfloat16, .int8: .bfloat16(try weights.bfloat16Matrix("label_embed"))
    }
  }

  @ComputeActor
  package func encode(_ photos: Matrix, trace: Trace?) throws(RAMKitError) -> [Matrix] {
    try layers.encode(photos, compute: compute, trace: trace)
  }

  @ComputeActor
  package func logits(
    of labels: LabelQuerySet, at indices: [Int]?, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float] {
    let all = try layers.embeddings(of: labels)
    let embeddings = indices.map(all.selecting) ?? all
    return try layers.decoder.logits(
      labels: embeddings.groups.count, in: tokens, compute: compute, trace: trace
    ) { (panel) throws(RAMKitError) in
      let means = try compute.matrix(rows: panel.count, columns: layers.embeddingWidth)
      let weights = try trace.map { _ throws(RAMKitError) in
        try compute.matrix(rows: panel.count, columns: embeddings.descriptions)
      }
      try compute.reweighDescriptions(
        of: embeddings, labels: panel, image: tokens.rows(0..<1), scale: scale, weights: weights,
        into: means)
      if let trace, let weights { trace("description_weights", weights) }
      let queries = try layers.queries(of: means, compute: compute, pool: compute.pool)
      trace?("tagging_head.queries", queries.states)
      return queries
    }
  }
}
