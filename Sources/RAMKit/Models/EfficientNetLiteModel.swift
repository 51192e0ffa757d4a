/// A classifier behind a ``Tagger``: EfficientNet-Lite, and what its classes say of broader labels.
///
/// Classes exclude each other, so a class's score is its softmax probability, and a broader label's
/// the sum over the classes below it. A logit is ln(p / (1 - p)), whose sigmoid is that score.
package final class EfficientNetLiteModel: TaggingModel {
  package let description: ModelDescription
  package let compute: ComputeContext
  package let input: PhotoInput
  package let labels: LabelQuerySet

  private let encoder: EfficientNetLite
  private let classifier: Linear
  private let hierarchy: ClassHierarchy

  init(
    _ configuration: EfficientNetLiteConfiguration, checkpoint: any TensorSource,
    labels: LabelSet, options: ModelOptions, description: ModelDescription,
    compute: ComputeContext
  ) throws(RAMKitError) {
    let labels = labels.labels
    hierarchy = try ClassHierarchy(labels: labels, classes: configuration.classes)
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: configuration.requirements,
      precision: options.precision, compute: compute)
    self.description = description
    self.compute = compute
    input = PhotoInput(
      side: configuration.imageSize,
      normalization: PixelNormalization(
        offset: configuration.pixelMean, divisor: configuration.pixelDeviation),
      layout: .channelsLast)
    self.labels = try LabelQuerySet(labels, outputs: Array(labels.indices))
    encoder = try EfficientNetLite(configuration, weights: weights)
    classifier = try weights.linear("classifier")
  }

  /// One row of features a photo.
  @ComputeActor
  package func encode(_ photos: Matrix, trace: Trace?) throws(RAMKitError) -> [Matrix] {
    let features = try encoder.features(of: photos, compute: compute, trace: trace)
    trace?("features", features)
    return (0..<photos.rows).map { features.rows($0..<($0 + 1)) }
  }

  @ComputeActor
  package func logits(
    of labels: LabelQuerySet, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float] {
    guard case .outputs(let outputs) = labels.queries,
      outputs.allSatisfy(hierarchy.labels.contains)
    else {
      throw .mismatchedLabels(
        reason: "a classifier knows its own labels only; other labels need a RAM checkpoint")
    }
    let classes = try compute.matrix(rows: 1, columns: classifier.weights.outputs)
    try compute.apply(classifier, to: tokens, into: classes)
    trace?("classifier", classes)
    let logits = hierarchy.logits(classes: classes.values)
    return outputs.map { logits[$0] }
  }
}
