/// RAM: a Swin encoder, and a recognition decoder that asks its tokens about every label at once.
///
/// Follows `ram/models/ram.py` of the official code.
package final class RAMModel: TaggingModel {
  package let description: ModelDescription
  package let compute: ComputeContext
  package let input: PhotoInput
  package let labels: LabelQuerySet

  private let encoder: SwinEncoder
  private let imageProjection: Linear
  private let labelProjection: Linear
  private let decoder: RecognitionDecoder
  @ComputeActor private let queries = QueryCache()

  init(
    _ configuration: RAMConfiguration, checkpoint: any TensorSource, labels: LabelSet,
    options: ModelOptions,
    description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) {
    guard labels.count == configuration.labelCount else {
      throw .mismatchedLabels(
        reason: "there are \(labels.count) labels, but '\(checkpoint.path)' carries "
          + "\(configuration.labelCount) queries")
    }
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: configuration.requirements,
      precision: options.precision, compute: compute)
    self.description = description
    self.compute = compute
    input = PhotoInput(
      side: configuration.encoder.imageSize, normalization: .imageNet, layout: .planar)
    self.labels = try LabelQuerySet(
      labels.labels, embeddings: try weights.matrix("label_embed"))
    encoder = try SwinEncoder(
      configuration.encoder, weights: weights, prefix: RAMConfiguration.encoderPrefix)
    imageProjection = try weights.linear("image_proj", in: .float32)
    labelProjection =
      configuration.projectsLabels
      ? try weights.linear("wordvec_proj", in: .float32)
      : try Linear(identity: configuration.decoder.width, compute: compute)
    decoder = try RecognitionDecoder(configuration.decoder, weights: weights)
  }

  /// image_proj over all tokens, the mean token among them.
  @ComputeActor
  package func encode(_ photos: Matrix, trace: Trace?) throws(RAMKitError) -> [Matrix] {
    let tokens = try encoder.encode(photos, compute: compute, trace: trace)
    let projected = try Matrix(rows: tokens.rows, columns: imageProjection.weights.outputs)
    try compute.apply(imageProjection, to: tokens, into: projected)
    trace?("image_proj", projected)
    let each = tokens.rows / photos.rows
    return (0..<photos.rows).map { projected.rows(($0 * each)..<(($0 + 1) * each)) }
  }

  @ComputeActor
  package func logits(
    of labels: LabelQuerySet, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float] {
    let prepared = try queries.value(for: labels) { () throws(RAMKitError) in
      let made = try decoder.queries(states: try states(of: labels), compute: compute)
      trace?("tagging_head.queries", made.firstQueries)
      return made
    }
    return try decoder.logits(of: prepared, in: tokens, compute: compute, trace: trace)
  }

  /// The labels' states before the first layer: relu(wordvec_proj(label_embed)).
  @ComputeActor
  private func states(of labels: LabelQuerySet) throws(RAMKitError) -> Matrix {
    guard case .embeddings(let embeddings) = labels.queries else {
      throw .mismatchedLabels(reason: "RAM needs a text embedding for each label")
    }
    let expected = labelProjection.weights.inputs
    guard embeddings.columns == expected else {
      throw .mismatchedLabels(
        reason: "an embedding has \(embeddings.columns) numbers, but the model takes \(expected)")
    }
    let states = try Matrix(rows: embeddings.rows, columns: decoder.configuration.width)
    try compute.apply(labelProjection, to: embeddings, activation: .relu, into: states)
    return states
  }
}
