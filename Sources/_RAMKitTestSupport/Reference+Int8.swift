import CRAMKernels

extension Reference {
  /// Steps of k that share a row's scale.
  private static let int8Chunk = 768

  /// What bytes stand for: exactly, but for a rounding of a float each.
  private struct Bytes {
    /// The numbers themselves.
    var values: [Double]
    /// The largest addend that they are computed from.
    var magnitudes: [Double]
    /// How far they are off because of what they were made from.
    var tolerances: [Double]
  }

  /// A row of `a` as the product reads it: chunk by chunk, x = least + scale · q with q in 0...255, in
  /// float32 as the kernels compute it.
  private static func bytes(ofRow row: [Double], tolerances: [Double]) -> Bytes {
    var bytes = Bytes(values: [], magnitudes: [], tolerances: [])
    for start in stride(from: 0, to: row.count, by: int8Chunk) {
      let chunk = start..<min(start + int8Chunk, row.count)
      let floats = row[chunk].map { Float($0) }
      let (least, greatest) = (floats.min()!, floats.max()!)
      let scale = (greatest - least) / 255
      let inverse = scale >= .leastNormalMagnitude ? 1 / scale : 0
      let inherited = tolerances[chunk].max()!
      for x in floats {
        let exact = (x - least) * inverse
        let q = exact.rounded(.toNearestOrEven)
        bytes.values.append(Double(least) + Double(scale) * Double(q))
        bytes.magnitudes.append(abs(Double(least)) + Double(scale) * Double(q))
        // An input that is off moves its own place and both ends of the range; one that lies between two
        // bytes may become either.
        let isBetween =
          abs(abs(exact - q) - 0.5) <= 4 * Float(inherited) * inverse + 1e-4 && inherited > 0
        let lost = inverse == 0 ? 255 * Double(scale) : 0
        bytes.tolerances.append(3 * inherited + (isBetween ? Double(scale) : 0) + lost)
      }
    }
    return bytes
  }

  /// A row of weights: w = scale · r with r in -127...127.
  private static func bytes(ofWeights row: [Float]) -> [Double] {
    let scale = (row.map(abs).max() ?? 0) / 127
    let inverse = scale >= .leastNormalMagnitude ? 1 / scale : 0
    return row.map { Double(scale) * Double(($0 * inverse).rounded(.toNearestOrEven)) }
  }

  /// A product of bytes. Their sums are exact, so what is rounded are a few floats a chunk: the scales,
  /// their products, and the sums of chunks.
  ///
  /// Tolerance: `sumFactor(4 · chunks)` of Σ(|least| + scale · q)|w| + |bias| + |residual|, and what `a`
  /// itself is off by.
  static func int8MatrixProduct(
    _ a: Reference, m: Int, n: Int, k: Int, weights: [Float], bias: [Float]?, residual: [Float]?,
    activation: ramk_activation
  ) -> Reference {
    var out = Reference(count: m * n)
    let factor = sumFactor(4 * (k / int8Chunk + 1) + 4)
    let columns = (0..<n).map { bytes(ofWeights: Array(weights[$0 * k..<($0 + 1) * k])) }
    for row in 0..<m {
      let part = row * k..<(row + 1) * k
      let x = bytes(ofRow: Array(a.values[part]), tolerances: Array(a.tolerances[part]))
      for (column, w) in columns.enumerated() {
        var (sum, magnitude, inherited) = (0.0, 0.0, 0.0)
        for index in 0..<k {
          sum += x.values[index] * w[index]
          magnitude += x.magnitudes[index] * abs(w[index])
          inherited += x.tolerances[index] * abs(w[index])
        }
        for addend in [bias?[column], residual?[row * n + column]] {
          guard let addend else { continue }
          sum += Double(addend)
          magnitude += Double(abs(addend))
        }
        // The product of two scales may be denormal, and is multiplied by up to 255 · 127 a step.
        let tolerance = factor * magnitude + inherited + Double(k + 2) * 255 * 127 * underflow
        (out.values[row * n + column], out.tolerances[row * n + column]) = activated(
          sum, tolerance: tolerance, by: activation)
        if activation == RAMK_ACTIVATION_GELU {
          out.tolerances[row * n + column] += narrowGELUError
        }
      }
    }
    return out
  }
}
