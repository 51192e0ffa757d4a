import CRAMKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Reference {
  /// activation(a · weightsᵀ + bias + residual): a [m, k], weights [n, k], bias [n], residual [m, n].
  ///
  /// In bfloat16, a and weights are rounded to it first. Its instructions round twice a pair of steps
  /// and take denormals for zero. For int8, see `int8MatrixProduct`.
  ///
  /// Tolerance: `sumFactor(k)` of Σ|a·w| + |bias| + |residual|, what `a` itself is off by through
  /// |w|, and what the activation makes of it.
  package static func matrixProduct(
    _ a: Reference, m: Int, n: Int, k: Int, weights: [Float], bias: [Float]? = nil,
    residual: [Float]? = nil, activation: ramk_activation = RAMK_ACTIVATION_NONE,
    precision: ramk_precision = RAMK_FLOAT32
  ) -> Reference {
    if precision == RAMK_INT8 {
      return int8MatrixProduct(
        a, m: m, n: n, k: k, weights: weights, bias: bias, residual: residual,
        activation: activation)
    }
    if precision == RAMK_BFLOAT16 {
      let rounded = a.values.map { Double(roundedToBfloat16(Float($0))) }
      var out = matrixProduct(
        Reference(values: rounded, tolerances: a.tolerances), m: m, n: n, k: k,
        weights: weights.map(roundedToBfloat16), bias: bias, residual: residual,
        activation: activation)
      // An input's denormal is lost together with the number that it multiplies.
      let largest = (rounded + weights.map(Double.init)).map(abs).max() ?? 0
      let lost = 2 * Double(k + 2) * bfloat16Underflow * max(largest, 1)
      let approximated = activation == RAMK_ACTIVATION_GELU ? narrowGELUError : 0
      for index in out.tolerances.indices { out.tolerances[index] += lost + approximated }
      return out
    }
    var out = Reference(count: m * n)
    let factor = sumFactor(k + 2)
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        var magnitude = 0.0
        var inherited = 0.0
        for index in 0..<k {
          let weight = Double(weights[column * k + index])
          let product = a.values[row * k + index] * weight
          sum += product
          magnitude += abs(product)
          inherited += a.tolerances[row * k + index] * abs(weight)
        }
        for addend in [bias?[column], residual?[row * n + column]] {
          guard let addend else { continue }
          sum += Double(addend)
          magnitude += Double(abs(addend))
        }
        let tolerance = factor * magnitude + inherited + Double(k + 2) * underflow
        (out.values[row * n + column], out.tolerances[row * n + column]) = activated(
          sum, tolerance: tolerance, by: activation)
      }
    }
    return out
  }

  package static func matrixProduct(
    _ a: [Float], m: Int, n: Int, k: Int, weights: [Float], bias: [Float]? = nil,
    residual: [Float]? = nil, activation: ramk_activation = RAMK_ACTIVATION_NONE,
    precision: ramk_precision = RAMK_FLOAT32
  ) -> Reference {
    matrixProduct(
      Reference(exactly: a), m: m, n: n, k: k, weights: weights, bias: bias, residual: residual,
      activation: activation, precision: precision)
  }

  /// How far GELU is off in products that round to eight bits.
  package static let narrowGELUError = 0x1p-15

  /// ReLU and ReLU6 add no error. GELU's slope is at most 1.13; 1 + erf cancels for x < 0, which
  /// costs a few u of |x| and not of the result.
  package static func activated(
    _ x: Double, tolerance: Double, by activation: ramk_activation
  ) -> (Double, Double) {
    switch activation {
    case RAMK_ACTIVATION_RELU: return (max(x, 0), tolerance)
    case RAMK_ACTIVATION_RELU6: return (min(max(x, 0), 6), tolerance)
    case RAMK_ACTIVATION_GELU:
      let value = x / 2 * erfc(-x / 2.0.squareRoot())
      return (value, 1.13 * tolerance + 4 * u * abs(x) + underflow)
    default: return (x, tolerance)
    }
  }
}
