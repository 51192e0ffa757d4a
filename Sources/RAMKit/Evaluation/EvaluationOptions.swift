/// How photos are prepared and measured.
public struct EvaluationOptions: Sendable, Hashable {
  /// How photos are prepared, one threshold for all labels, whether omitted labels count, and the batch
  /// size. Its other options change nothing here.
  public var tagging: TaggingOptions

  /// Whether a score at its threshold makes a tag.
  public var rule: ThresholdRule

  /// The ranks at which ``Metric/recall(atRank:)`` and ``Metric/precision(atRank:)`` are taken.
  public var ranks: [Int]

  /// How often the photos are drawn anew for intervals; 0 for no intervals.
  public var bootstrapSamples: Int

  /// The share of samples that an interval covers.
  public var confidence: Double

  /// Decides which photos are drawn.
  public var seed: UInt64

  /// How many of the worst mistakes of either kind are kept.
  public var mistakes: Int

  /// Everything as most people want it.
  public init(
    tagging: TaggingOptions = .init(), rule: ThresholdRule = .above, ranks: [Int] = [5, 10],
    bootstrapSamples: Int = 1_000, confidence: Double = 0.95, seed: UInt64 = 0, mistakes: Int = 24
  ) {
    self.tagging = tagging
    self.rule = rule
    self.ranks = ranks
    self.bootstrapSamples = bootstrapSamples
    self.confidence = confidence
    self.seed = seed
    self.mistakes = mistakes
  }

  func validate() throws(RAMKitError) {
    try tagging.validate()
    guard ranks.allSatisfy({ (1...10_000).contains($0) }) else {
      throw .invalidOption(name: "ranks", reason: "each has to be in 1...10000")
    }
    guard (0...1_000_000).contains(bootstrapSamples) else {
      throw .invalidOption(
        name: "bootstrap samples", reason: "\(bootstrapSamples) is no number of them")
    }
    guard confidence > 0, confidence < 1 else {
      throw .invalidOption(name: "confidence", reason: "\(confidence) is not between 0 and 1")
    }
    guard mistakes >= 0 else {
      throw .invalidOption(name: "mistakes", reason: "\(mistakes) is below 0")
    }
  }
}
