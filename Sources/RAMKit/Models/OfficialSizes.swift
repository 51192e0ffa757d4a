// Sizes of the official checkpoints, for models that are made up.

extension SwinConfiguration {
  /// Swin as published (Liu et al. 2021): widths double from stage to stage, feed-forwards are four
  /// times as wide, windows have one size.
  package init(
    width: Int, depths: [Int], heads: [Int], window: Int, imageSize: Int, patch: Int = 4
  ) {
    self.imageSize = imageSize
    self.patch = patch
    normalisesPatches = true
    stages = zip(depths, heads).enumerated().map { index, stage in
      Stage(
        depth: stage.0, heads: stage.1, width: width << index, feedForward: (4 * width) << index,
        side: (imageSize / patch) >> index, window: window)
    }
  }

  /// Swin-L with windows of 12, at 384 px.
  static let large = SwinConfiguration(
    width: 192, depths: [2, 2, 18, 2], heads: [6, 12, 24, 48], window: 12, imageSize: 384)

  /// Swin-B with windows of 12, at 384 px.
  static let base = SwinConfiguration(
    width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32], window: 12, imageSize: 384)
}

extension RecognitionDecoderConfiguration {
  /// The official tagging head: two layers of BERT's size.
  static func official(memoryWidth: Int) -> RecognitionDecoderConfiguration {
    RecognitionDecoderConfiguration(
      layers: 2, width: 768, feedForward: 3072, memoryWidth: memoryWidth)
  }
}

extension RAMConfiguration {
  package init(
    encoder: SwinConfiguration, decoder: RecognitionDecoderConfiguration, embeddingWidth: Int,
    embeddingCount: Int
  ) {
    self.encoder = .swin(encoder)
    self.decoder = decoder
    self.embeddingCount = embeddingCount
    self.embeddingWidth = embeddingWidth
    projectsLabels = true
  }

  /// RAM with Swin-L.
  static func official(embeddingCount: Int) -> RAMConfiguration {
    RAMConfiguration(
      encoder: .large, decoder: .official(memoryWidth: 512), embeddingWidth: 512,
      embeddingCount: embeddingCount)
  }
}

extension RAMPlusConfiguration {
  /// RAM++ with Swin-L, and 51 descriptions a label.
  static func official(labelCount: Int) -> RAMPlusConfiguration {
    RAMPlusConfiguration(base: .official(embeddingCount: 51 * labelCount))
  }
}

extension Tag2TextConfiguration {
  /// Tag2Text with Swin-B, whose tokens the decoder attends to as they are.
  static func official(labelCount: Int) -> Tag2TextConfiguration {
    Tag2TextConfiguration(
      encoder: .base, decoder: .official(memoryWidth: SwinConfiguration.base.width),
      labelCount: labelCount)
  }
}
