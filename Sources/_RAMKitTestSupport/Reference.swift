/// What an operation should answer, computed in float64 element by element in the plainest way, and
/// how far from it a float32 kernel may be at each element.
///
/// **Tolerance law.** With u = 2⁻²⁴, a sum of n float32 products in any order, fused or not, is off
/// by at most n·u·Σ|terms|; rounding errors being as good as independent, by λ·√n·u·Σ|terms| with
/// all but certainty (Higham and Mary, "A new approach to probabilistic rounding error analysis",
/// 2019). `sumFactor(n)` is the smaller of the two with λ = 4. Everything else follows from it by
/// first-order propagation, written beside each reference; so a tolerance scales with the sizes and
/// magnitudes at hand, stays the same for every kernel, and no kernel gets one of its own.
package struct Reference {
  package var values: [Double]
  package var tolerances: [Double]

  package init(values: [Double], tolerances: [Double]) {
    self.values = values
    self.tolerances = tolerances
  }

  package init(count: Int) {
    self.init(
      values: [Double](repeating: 0, count: count),
      tolerances: [Double](repeating: 0, count: count))
  }

  /// Exact values, as an operation's inputs are.
  package init(exactly values: [Float]) {
    self.init(count: values.count)
    for index in 0..<values.count { self.values[index] = Double(values[index]) }
  }

  /// The first element of `actual` beyond its tolerance, in words; nil where all agree.
  package func mismatch(_ actual: [Float]) -> String? {
    guard actual.count == values.count else {
      return "\(actual.count) elements, expected \(values.count)"
    }
    for index in 0..<values.count {
      let value = Double(actual[index])
      // Not `error > tolerance`: that is false for NaN.
      let error = abs(value - values[index])
      if !(error <= tolerances[index]) {
        return "element \(index) is \(value), expected \(values[index]) ± \(tolerances[index])"
      }
    }
    return nil
  }

  /// As `mismatch(_:)`, and looks for writes outside of `actual`'s elements as well.
  package func mismatch(_ actual: GuardedMatrix) -> String? {
    actual.damage ?? mismatch(actual.values)
  }
}

/// The unit roundoff of float32.
let u = 0x1p-24

/// What underflow may cost a single float32 operation.
let underflow = 0x1p-149

/// n·u or 4·√n·u, see `Reference`; 2 more for the conversion and the last operation.
func sumFactor(_ n: Int) -> Double {
  (min(Double(n), 4 * Double(n).squareRoot()) + 2) * u
}

/// The nearest bfloat16, ties to even.
package func roundedToBfloat16(_ value: Float) -> Float {
  guard value.isFinite else { return value }
  let bits = value.bitPattern
  return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
}

/// Half a unit in the last place of bfloat16, relative.
let bfloat16Roundoff = 0x1p-8

/// What underflow may cost a dot product's step in bfloat16: its instructions take denormals for 0.
let bfloat16Underflow = 0x1p-126
