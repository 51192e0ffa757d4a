/// Whether a score that equals its threshold makes a tag.
public enum ThresholdRule: String, Sendable, Hashable, CaseIterable {
  /// No: a score has to be above it. So tag ``Tagger`` and the official `generate_tag`.
  case above

  /// Yes, as in the official `batch_inference.py`, which the published precisions and recalls come
  /// from. It compares as Python does: the score, a float32, with the threshold as a double that is written
  /// the same, so that the float32 nearest to 0.65, which is 0.64999998, does not reach 0.65.
  case atLeast

  /// Whether a score makes a tag at `threshold`.
  public func isTag(score: Float, threshold: Float) -> Bool { test(threshold)(score) }

  /// The rule at one threshold, for many scores.
  func test(_ threshold: Float) -> (Float) -> Bool {
    switch self {
    case .above: return { $0 > threshold }
    case .atLeast:
      // The fewest digits that give the float are those that it was written with.
      let written = Double("\(threshold)") ?? Double(threshold)
      return { Double($0) >= written }
    }
  }
}
