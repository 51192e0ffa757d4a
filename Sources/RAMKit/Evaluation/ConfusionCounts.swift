/// How many answers of one label, or of many together, were right and wrong.
public struct ConfusionCounts: Sendable, Hashable {
  /// Tags that are true.
  public var truePositives = 0
  /// Tags that are not.
  public var falsePositives = 0
  /// True labels that are no tags.
  public var falseNegatives = 0
  /// Labels that are rightly no tags.
  public var trueNegatives = 0

  /// No answers yet.
  public init() {}

  /// TP / (TP + FP + 1e-9), as the official evaluator has it: 0 where there is no tag.
  public var precision: Double {
    Double(truePositives) / (Double(truePositives + falsePositives) + 1e-9)
  }

  /// TP / (TP + FN + 1e-9), as the official evaluator has it: 0 where nothing is true.
  public var recall: Double {
    Double(truePositives) / (Double(truePositives + falseNegatives) + 1e-9)
  }

  /// The harmonic mean of ``precision`` and ``recall``.
  public var f1: Double { Self.f1(precision, recall) }

  /// The harmonic mean of a precision and a recall; 0 where both are.
  static func f1(_ precision: Double, _ recall: Double) -> Double {
    precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }

  /// Counts one answer, or several of the same.
  public mutating func add(isTag: Bool, isPresent: Bool, times: Int = 1) {
    switch (isTag, isPresent) {
    case (true, true): truePositives += times
    case (true, false): falsePositives += times
    case (false, true): falseNegatives += times
    case (false, false): trueNegatives += times
    }
  }

  /// The counts of both together.
  public static func + (one: ConfusionCounts, other: ConfusionCounts) -> ConfusionCounts {
    var sum = one
    sum.truePositives += other.truePositives
    sum.falsePositives += other.falsePositives
    sum.falseNegatives += other.falseNegatives
    sum.trueNegatives += other.trueNegatives
    return sum
  }
}
