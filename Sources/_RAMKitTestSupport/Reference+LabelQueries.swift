#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Reference {
  /// RAM++'s re-weighting: for each group of `count` rows of `width` numbers, the softmax of
  /// scale · (row · image) / |image|, and the rows' mean with these weights.
  ///
  /// Tolerance: a similarity is off by `sumFactor(width)` of Σ|terms|, and by 4u for the length, the
  /// quotient and the two products; the softmax as `softmaxRow` says; the mean by Σ w |row| times
  /// each weight's relative error and `sumFactor(count)`.
  package static func reweightedDescriptions(
    _ rows: [Float], groups: Int, count: Int, width: Int, image: [Float], scale: Float
  ) -> (weights: Reference, out: Reference) {
    var weights = Reference(count: groups * count)
    var out = Reference(count: groups * width)
    let length = image.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    for group in 0..<groups {
      func value(_ row: Int, _ column: Int) -> Double {
        Double(rows[(group * count + row) * width + column])
      }
      var scores: [Double] = []
      var errors: [Double] = []
      for row in 0..<count {
        let terms = (0..<width).map { value(row, $0) * Double(image[$0]) }
        let factor = Double(scale) / length
        scores.append(factor * terms.reduce(0, +))
        let magnitude = abs(factor) * terms.reduce(0) { $0 + abs($1) }
        errors.append(sumFactor(width) * magnitude + 4 * u * abs(scores[row]))
      }
      let (probabilities, relative) = softmaxRow(scores, errors: errors)
      for row in 0..<count {
        weights.values[group * count + row] = probabilities[row]
        weights.tolerances[group * count + row] =
          probabilities[row] * relative[row] + smallestProbability
      }
      for column in 0..<width {
        var (sum, tolerance) = (0.0, Double(count) * underflow)
        for row in 0..<count {
          let magnitude = abs(value(row, column))
          sum += probabilities[row] * value(row, column)
          tolerance += probabilities[row] * magnitude * (relative[row] + sumFactor(count))
          tolerance += smallestProbability * magnitude
        }
        out.values[group * width + column] = sum
        out.tolerances[group * width + column] = tolerance
      }
    }
    return (weights, out)
  }
}
