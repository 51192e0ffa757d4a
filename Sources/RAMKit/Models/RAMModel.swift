/// RAM: an image encoder, and a recognition decoder that asks its tokens about every label at once.
///
/// Follows `ram/models/ram.py` of the official code. RAM-nano is the same at mobile size.
package final class RAMModel: TaggingModel {
  package let description: ModelDescription
  package let compute: ComputeContext
  package let input: PhotoInput
  package let labels: LabelQuerySet
  package let weightsDigest: String

  private let layers: RAMLayers
  @ComputeActor private let queries = QueryCache()

  init(
    _ configuration: RAMConfiguration, checkpoint: any TensorSource, labels: LabelSet,
    options: ModelOptions, description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) {
    try configuration.check(labels, path: checkpoint.path)
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: configuration.requirements,
      precision: options.precision, compute: compute)
    weightsDigest = try weights.digest()
    self.description = description
    self.compute = compute
    input = configuration.encoder.input
    self.labels = try LabelQuerySet(
      labels.labels, embeddings: .float32(try weights.matrix("label_embed")))
    layers = try RAMLayers(
      configuration, keepsQueries: true, weights: weights, compute: compute)
  }

  @ComputeActor
  package func encode(_ photos: Matrix, trace: Trace?) throws(RAMKitError) -> [Matrix] {
    try layers.encode(photos, compute: compute, trace: trace)
  }

  @ComputeActor
  package func logits(
    of labels: LabelQuerySet, at indices: [Int]?, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float] {
    let prepared = try queries.value(for: labels) { () throws(RAMKitError) in
      let embeddings = try layers.embeddings(of: labels)
      guard embeddings.descriptions == 1 else {
        throw .mismatchedLabels(
          reason: "RAM takes one embedding a label, and these have "
            + "\(embeddings.descriptions) each, as RAM++ takes them")
      }
      let made = try layers.queries(
        of: embeddings.gathered(compute: compute), compute: compute)
      trace?("tagging_head.queries", made.states)
      return made
    }
    let asked = if let indices { try prepared.gatheringRows(indices) } else { prepared }
    return try layers.decoder.logits(of: asked, in: tokens, compute: compute, trace: trace)
  }
}
