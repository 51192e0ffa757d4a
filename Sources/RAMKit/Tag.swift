/// One label that a photo was tagged with.
public struct Tag: Sendable, Hashable {
  /// The label: its name, and more where the label set has it.
  public let label: Label

  /// The label's place in its set.
  public let index: Int

  /// How sure the model is, in 0...1: the sigmoid of ``logit``.
  public let score: Float

  /// The model's raw answer.
  public let logit: Float

  /// The score that had to be exceeded, strictly: the label's own, or
  /// ``TaggingOptions/threshold``.
  public let threshold: Float

  package init(label: Label, index: Int, score: Float, logit: Float, threshold: Float) {
    self.label = label
    self.index = index
    self.score = score
    self.logit = logit
    self.threshold = threshold
  }
}
