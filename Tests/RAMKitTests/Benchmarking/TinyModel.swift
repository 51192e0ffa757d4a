import RAMKit

/// Synthetic models of a few thousand numbers.
enum TinyModel {
  /// RAM: two stages, windows of 4, 32 px.
  static let ram = RAMConfiguration(
    encoder: SwinConfiguration(
      width: 8, depths: [1, 2], heads: [2, 4], window: 4, imageSize: 32),
    decoder: RecognitionDecoderConfiguration(
      layers: 2, width: 16, feedForward: 24, memoryWidth: 12),
    embeddingWidth: 10, labelCount: labels)

  static let labels = 37

  /// What it counts as.
  static let ramArithmetic = RAMArithmetic(
    image: 32, window: 4, widths: [8, 16], depths: [1, 2], memory: 12, embedding: 10,
    labels: labels, width: 16, hidden: 24)

  static func tagger(
    seed: UInt64 = 1, options: ModelOptions = .init(threads: 1)
  ) async throws -> Tagger {
    try await Tagger(
      source: SyntheticCheckpoint(path: "tiny", configuration: ram, seed: seed),
      labelCount: labels, options: options)
  }
}
