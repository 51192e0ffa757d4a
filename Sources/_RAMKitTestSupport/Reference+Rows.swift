#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Reference {
  /// (x - mean) / sqrt(variance + epsilon) · gain + bias over each row.
  ///
  /// Tolerance, with n columns, s = sqrt(variance + epsilon), z = (x - mean) / s and A = max|x| / s:
  /// the mean is off by `sumFactor(n)`·max|x|, so z by `sumFactor(n)`·A; the variance about that
  /// mean by `sumFactor(n)` of itself and by the mean's error squared. A kernel that computes
  /// E[x²] - E[x]² breaks this law as soon as A is large, and should. What `x` itself is off by
  /// shifts z by (δ + mean δ) / s + |z| · mean(|z|·δ) / s.
  package static func layerNorm(
    _ x: Reference, rows: Int, columns: Int, gain: [Float], bias: [Float], epsilon: Float
  ) -> Reference {
    var out = Reference(count: rows * columns)
    guard columns > 0 else { return out }
    let factor = sumFactor(columns)
    let count = Double(columns)
    for row in 0..<rows {
      let span = row * columns..<(row + 1) * columns
      let mean = x.values[span].reduce(0, +) / count
      let variance = x.values[span].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let s = (variance + Double(epsilon)).squareRoot()
      let a = x.values[span].reduce(0) { max($0, abs($1)) } / s
      let meanShift = x.tolerances[span].reduce(0, +) / count / s
      var spreadShift = 0.0
      for index in span {
        spreadShift += abs(x.values[index] - mean) * x.tolerances[index] / (s * s) / count
      }
      for index in span {
        let z = (x.values[index] - mean) / s
        let g = Double(gain[index - span.lowerBound])
        let b = Double(bias[index - span.lowerBound])
        let error =
          factor * a + abs(z) * (factor + factor * a * factor * a) + x.tolerances[index] / s
          + meanShift + abs(z) * spreadShift
        out.values[index] = z * g + b
        out.tolerances[index] =
          abs(g) * error + 4 * u * (abs(z * g) + abs(b)) + 4 * underflow
      }
    }
    return out
  }

  /// Softmax of `scale · x` over each row.
  ///
  /// Tolerance: see `softmaxRow`; the scaled value and the maximum are each rounded once or twice.
  package static func softmax(
    _ x: [Float], rows: Int, columns: Int, scale: Float
  ) -> Reference {
    var out = Reference(count: rows * columns)
    for row in 0..<rows {
      let scores = (0..<columns).map { Double(x[row * columns + $0]) * Double(scale) }
      let (probabilities, relative) = softmaxRow(scores, errors: scores.map { 2 * u * abs($0) })
      for column in 0..<columns {
        out.values[row * columns + column] = probabilities[column]
        out.tolerances[row * columns + column] =
          probabilities[column] * relative[column] + smallestProbability
      }
    }
    return out
  }

  /// The same with one score more, the mean of a row's, whose probability is dealt out.
  ///
  /// Tolerance: the mean is off by `sumFactor(n)` of the mean of |scores|; each probability as
  /// `softmaxRow` says, and three operations on their sum.
  package static func softmaxWithMean(
    _ x: [Float], rows: Int, columns: Int, scale: Float
  ) -> Reference {
    var out = Reference(count: rows * columns)
    let count = Double(columns)
    for row in 0..<rows {
      var scores = (0..<columns).map { Double(x[row * columns + $0]) * Double(scale) }
      var errors = scores.map { 2 * u * abs($0) }
      errors.append((sumFactor(columns) + 4 * u) * scores.reduce(0) { $0 + abs($1) } / count)
      scores.append(scores.reduce(0, +) / count)
      let (probabilities, relative) = softmaxRow(scores, errors: errors)
      let dealt = probabilities[columns] / count
      for column in 0..<columns {
        let sum = probabilities[column] + dealt
        out.values[row * columns + column] = sum
        out.tolerances[row * columns + column] =
          probabilities[column] * relative[column] + dealt * relative[columns] + 3 * u * sum
          + smallestProbability
      }
    }
    return out
  }

  /// Probabilities and their relative tolerances, for scores that are off by `errors`: each
  /// exponential by its own argument's error, which the subtraction of the maximum adds to, and by
  /// 8u for the exponential itself; the sum by their weighted mean and `sumFactor(n)`.
  static func softmaxRow(
    _ scores: [Double], errors: [Double]
  ) -> (probabilities: [Double], relative: [Double]) {
    guard let maximum = scores.max() else { return ([], []) }
    var probabilities = scores.map { exp($0 - maximum) }
    let sum = probabilities.reduce(0, +)
    var relative = errors
    var shared = 0.0
    for index in scores.indices {
      probabilities[index] /= sum
      relative[index] += 2 * u * (abs(scores[index]) + abs(maximum)) + 8 * u
      shared += probabilities[index] * relative[index]
    }
    shared += sumFactor(scores.count)
    return (probabilities, relative.map { $0 + shared })
  }

  /// Exponentials below the smallest normal float may be flushed or clamped.
  static let smallestProbability = 0x1p-124

  /// The mean of each group of `rows` rows. Tolerance: `sumFactor(rows)` of the mean of |x|.
  package static func meanRows(
    _ x: [Float], groups: Int, rows: Int, columns: Int
  ) -> Reference {
    var out = Reference(count: groups * columns)
    for group in 0..<groups {
      for column in 0..<columns {
        var sum = 0.0
        var magnitude = 0.0
        for row in 0..<rows {
          let value = Double(x[(group * rows + row) * columns + column])
          sum += value
          magnitude += abs(value)
        }
        out.values[group * columns + column] = sum / Double(rows)
        out.tolerances[group * columns + column] =
          sumFactor(rows) * magnitude / Double(rows) + Double(rows + 1) * underflow
      }
    }
    return out
  }

  /// The dot product of each row of `a` with that of `b`, plus `bias`. Tolerance: `sumFactor(n)` of
  /// Σ|terms| for the n products and the bias.
  package static func rowDots(
    _ a: [Float], _ b: [Float], rows: Int, columns: Int, bias: [Float]?
  ) -> Reference {
    var out = Reference(count: rows)
    for row in 0..<rows {
      var terms = (0..<columns).map {
        Double(a[row * columns + $0]) * Double(b[row * columns + $0])
      }
      if let bias { terms.append(Double(bias[row])) }
      out.values[row] = terms.reduce(0, +)
      out.tolerances[row] =
        sumFactor(columns + 1) * terms.reduce(0) { $0 + abs($1) }
        + Double(columns + 1) * underflow
    }
    return out
  }
}
