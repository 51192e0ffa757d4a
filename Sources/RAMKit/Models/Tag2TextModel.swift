/// Tag2Text, as far as tagging goes: labels are asked by queries that were learned with the model, and
/// each has a classifier of its own.
///
/// Follows `ram/models/tag2text.py` of the official code: the recognition decoder attends to the
/// encoder's tokens themselves.
package final class Tag2TextModel: TaggingModel {
  package let description: ModelDescription
  package let compute: ComputeContext
  package let input: PhotoInput
  package let labels: LabelQuerySet
  package let weightsDigest: String

  private let encoder: SwinEncoder
  private let decoder: RecognitionDecoder
  /// [labels, width]: the learned queries, and the classifier's weights.
  private let learned: Matrix
  private let classifier: Matrix
  /// [labels, 1]
  private let classifierBias: Matrix
  @ComputeActor private let queries = QueryCache()

  init(
    _ configuration: Tag2TextConfiguration, checkpoint: any TensorSource, labels: LabelSet,
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
    self.labels = try LabelQuerySet(labels.labels, outputs: Array(labels.labels.indices))
    encoder = try SwinEncoder(
      configuration.encoder, weights: weights, prefix: RAMConfiguration.encoderPrefix)
    decoder = try RecognitionDecoder(
      configuration.decoder, tokens: configuration.encoder.tokens, keepsQueries: true,
      weights: weights, compute: compute)
    learned = try weights.matrix(Tag2TextConfiguration.queriesName)
    classifier = try weights.matrix(Tag2TextConfiguration.classifierName)
    classifierBias = try weights.matrix(Tag2TextConfiguration.classifierBiasName)
      .reshaped(rows: labels.count, columns: 1)
  }

  /// The encoder's tokens, the mean token first.
  @ComputeActor
  package func encode(_ photos: Matrix, trace: Trace?) throws(RAMKitError) -> [Matrix] {
    let tokens = try encoder.encode(photos, compute: compute, trace: trace)
    let each = tokens.rows / photos.rows
    return (0..<photos.rows).map { tokens.rows(($0 * each)..<(($0 + 1) * each)) }
  }

  @ComputeActor
  package func logits(
    of labels: LabelQuerySet, at indices: [Int]?, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float] {
    let prepared = try queries.value(for: labels) { () throws(RAMKitError) in
      let made = try queries(of: labels)
      trace?("tagging_head.queries", made.states)
      return made
    }
    let asked = if let indices { try prepared.gatheringRows(indices) } else { prepared }
    return try decoder.logits(of: asked, in: tokens, compute: compute, trace: trace)
  }

  @ComputeActor
  private func queries(
    of labels: LabelQuerySet
  ) throws(RAMKitError) -> RecognitionDecoder.Queries {
    guard case .outputs(let indices) = labels.queries, labels.isSelection(of: self.labels) else {
      throw .mismatchedLabels(
        reason:
          "Tag2Text's queries are learned, not made from text: ask for some of its own labels "
          + "(Tagger.labels.selecting), or for others with a RAM or RAM++ checkpoint")
    }
    let isAll = indices.elementsEqual(0..<learned.rows)
    func chosen(_ matrix: Matrix) throws(RAMKitError) -> Matrix {
      isAll ? matrix : try matrix.gatheringRows(indices)
    }
    return try decoder.queries(
      states: try chosen(learned),
      classifier: RecognitionDecoder.Classifier(
        weights: try chosen(classifier), bias: try chosen(classifierBias)),
      compute: compute)
  }
}
