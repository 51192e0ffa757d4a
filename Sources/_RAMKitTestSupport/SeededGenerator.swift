/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): the
/// same numbers on every machine and in every run.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [-magnitude, magnitude).
  package mutating func float(_ magnitude: Float = 1) -> Float {
    let unit = Float(Int32(truncatingIfNeeded: next() >> 32) >> 7) * 0x1p-24
    return unit * magnitude
  }

  /// `count` values, uniform in [-magnitude, magnitude).
  package mutating func floats(_ count: Int, magnitude: Float = 1) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    for index in 0..<count { values[index] = float(magnitude) }
    return values
  }

  /// A matrix whose rows are drawn from the kinds that break kernels: ordinary ones, zeros of both
  /// signs, a far offset with little spread, large, tiny and subnormal values, a lone spike, all
  /// equal. A row is of one kind, so that a large value hides no mistake with an ordinary one.
  package mutating func nastyRows(_ rows: Int, _ columns: Int, largest: Float = 1e4) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(rows * columns)
    for _ in 0..<rows {
      let kind = Int(next() % 10)
      let base = float(largest)
      let spike = columns > 0 ? Int(next() % UInt64(columns)) : 0
      for column in 0..<columns {
        switch kind {
        case 0: values.append(column % 2 == 0 ? 0 : -0.0)
        case 1: values.append(100 + float())
        case 2: values.append(float(largest))
        case 3: values.append(float(1e-18))
        case 4: values.append(float(0x1p-130))
        case 5: values.append(column == spike ? base : float(1e-3))
        case 6: values.append(base)
        default: values.append(float())
        }
      }
    }
    return values
  }
}
