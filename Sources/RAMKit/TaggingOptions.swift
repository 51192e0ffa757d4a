/// How photos are prepared, and what is reported.
public struct TaggingOptions: Sendable, Hashable {
  /// How a photo's file becomes pixels: as people see it, or exactly as the official scripts do.
  public var preparation: ImagePreparation

  /// What a photo may be at most; on by default.
  public var limits: ImageLimits

  /// One threshold in 0...1 for all labels instead of each label's own.
  public var threshold: Float?

  /// Whether labels that are left out of tags by default (``Label/isOmitted``) can be tags.
  public var includesOmittedLabels: Bool

  /// At most so many tags a photo, the surest ones. Nil for all.
  public var maximumTags: Int?

  /// Whether ``Tagging/logits`` holds every label's answer.
  public var keepsLogits: Bool

  /// Photos that go through the model together; 1 or more.
  public var batchSize: Int

  /// Leaves labels out that can't be a photo's tags, as far as a calibration tells: nil to ask for all,
  /// as every label's answer (``keepsLogits``) needs.
  public var screen: LabelScreen?

  /// Everything as most people want it.
  public init(
    preparation: ImagePreparation = .natural, limits: ImageLimits = .default,
    threshold: Float? = nil, includesOmittedLabels: Bool = false, maximumTags: Int? = nil,
    keepsLogits: Bool = false, batchSize: Int = 1, screen: LabelScreen? = nil
  ) {
    self.preparation = preparation
    self.limits = limits
    self.threshold = threshold
    self.includesOmittedLabels = includesOmittedLabels
    self.maximumTags = maximumTags
    self.keepsLogits = keepsLogits
    self.batchSize = batchSize
    self.screen = screen
  }

  func validate() throws(RAMKitError) {
    if let threshold, !(threshold >= 0 && threshold <= 1) {
      throw .invalidOption(name: "threshold", reason: "\(threshold) is not in 0...1")
    }
    if let maximumTags, maximumTags < 0 {
      throw .invalidOption(name: "maximum of tags", reason: "\(maximumTags) is below 0")
    }
    guard (1...1024).contains(batchSize) else {
      throw .invalidOption(name: "batch size", reason: "\(batchSize) is not in 1...1024")
    }
    if screen != nil, keepsLogits {
      throw .invalidOption(
        name: "label screen", reason: "it leaves labels out, and every label's logit is asked for")
    }
  }
}
