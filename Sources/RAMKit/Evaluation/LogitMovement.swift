/// How far logits are from those that they are held against.
public struct LogitMovement: Sendable, Hashable {
  /// How many logits there are.
  public private(set) var count = 0

  /// The largest distance.
  public private(set) var maximum = 0.0

  private var sum = 0.0
  private var sumOfDistances = 0.0
  private var sumOfSquares = 0.0

  /// No logits yet.
  init() {}

  /// The mean distance; 0 without logits.
  public var mean: Double { count > 0 ? sumOfDistances / Double(count) : 0 }

  /// The root of the mean squared distance; 0 without logits.
  public var rootMeanSquare: Double { count > 0 ? (sumOfSquares / Double(count)).squareRoot() : 0 }

  /// The mean difference, above 0 where logits grew: how much of it all is one and the same shift.
  public var bias: Double { count > 0 ? sum / Double(count) : 0 }

  /// Counts a logit; equal infinities are no distance apart.
  mutating func add(_ logit: Float, from reference: Float) {
    let difference = logit == reference ? 0 : Double(logit) - Double(reference)
    count += 1
    maximum = max(maximum, abs(difference))
    sum += difference
    sumOfDistances += abs(difference)
    sumOfSquares += difference * difference
  }
}
