import RAMKit

/// Synthetic models of a few thousand numbers.
enum TinyModel {
  /// RAM: two stages, windows of 4, 32 px.
  static let ram = ram(embeddings: labels, width: 10)

  /// RAM++ with embeddings as wide as its tokens, three descriptions a label.
  static let ramPlus = RAMPlusConfiguration(base: ram(embeddings: 3 * labels, width: 12))

  /// Tag2Text with the same encoder.
  static let tag2Text = Tag2TextConfiguration(
    encoder: swin,
    decoder: RecognitionDecoderConfiguration(
      layers: 2, width: 16, feedForward: 24, memoryWidth: 16),
    labelCount: labels)

  private static func ram(embeddings: Int, width: Int) -> RAMConfiguration {
    RAMConfiguration(
      encoder: swin,
      decoder: RecognitionDecoderConfiguration(
        layers: 2, width: 16, feedForward: 24, memoryWidth: 12),
      embeddingWidth: width, embeddingCount: embeddings)
  }

  private static let swin = SwinConfiguration(
    width: 8, depths: [1, 2], heads: [2, 4], window: 4, imageSize: 32)

  static let labels = 37

  /// What it counts as.
  static let ramArithmetic = RAMArithmetic(
    image: 32, window: 4, widths: [8, 16], depths: [1, 2], memory: 12, embedding: 10,
    labels: labels, width: 16, hidden: 24)

  static func tagger(
    _ configuration: any ModelConfiguration = ram, seed: UInt64 = 1,
    options: ModelOptions = .init(threads: 1)
  ) async throws -> Tagger {
    try await Tagger(
      source: SyntheticCheckpoint(path: "tiny", configuration: configuration, seed: seed),
      labelCount: labels, options: options)
  }
}
