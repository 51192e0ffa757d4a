/// The sizes of a Tag2Text checkpoint (Huang et al. 2023, "Tag2Text: Guiding Vision-Language Model via
/// Image Tagging"), as far as tagging goes, read off its tensors.
package struct Tag2TextConfiguration: Sendable, Hashable {
  package var encoder: SwinConfiguration
  package var decoder: RecognitionDecoderConfiguration
  package var labelCount: Int

  /// The learned queries.
  static let queriesName = "label_embed.weight"
  /// Each label's own classifier, `GroupWiseLinear`.
  static let classifierName = "fc.W"
  static let classifierBiasName = "fc.b"

  package init(
    encoder: SwinConfiguration, decoder: RecognitionDecoderConfiguration, labelCount: Int
  ) {
    self.encoder = encoder
    self.decoder = decoder
    self.labelCount = labelCount
  }
}

extension Tag2TextConfiguration {
  init(checkpoint: any TensorSource, options: ModelOptions) throws(RAMKitError) {
    let reader = ShapeReader(checkpoint: checkpoint)
    labelCount = try reader.shape(Self.queriesName, rank: 2)[0]
    encoder = try SwinConfiguration(
      checkpoint: checkpoint, prefix: RAMConfiguration.encoderPrefix, imageSize: options.imageSize)
    decoder = try RecognitionDecoderConfiguration(checkpoint: checkpoint, options: options)
  }
}

extension Tag2TextConfiguration: ModelConfiguration {
  package var family: ModelFamily { .tag2Text }

  package var imageEncoder: ImageEncoderConfiguration { .swin(encoder) }

  package var requirements: [TensorRequirement] {
    encoder.requirements(prefix: RAMConfiguration.encoderPrefix)
      + [TensorRequirement(Self.queriesName, [labelCount, decoder.width])]
      + decoder.requirements
      + [
        TensorRequirement(Self.classifierName, [1, labelCount, decoder.width]),
        TensorRequirement(Self.classifierBiasName, [1, labelCount]),
      ]
  }

  package func officialLabels() throws(RAMKitError) -> LabelSet? {
    labelCount == LabelSet.officialTag2TextCount ? try LabelSet.tag2Text() : nil
  }

  package func model(
    checkpoint: any TensorSource, labels: LabelSet, options: ModelOptions,
    description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) -> any TaggingModel {
    try Tag2TextModel(
      self, checkpoint: checkpoint, labels: labels, options: options, description: description,
      compute: compute)
  }
}
