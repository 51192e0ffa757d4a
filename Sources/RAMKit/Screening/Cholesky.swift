/// The Cholesky factor L of a symmetric positive definite matrix, L · Lᵀ, in float64.
struct Cholesky {
  private let order: Int
  /// [order, order], row by row; what lies above the diagonal means nothing.
  private let factor: [Double]

  /// - Parameter matrix: [order, order]; only its lower half is read.
  /// - Returns: nil where the matrix is not positive definite.
  /// - Complexity: order³ / 6 multiplications.
  init?(_ matrix: [Double], order: Int) {
    var factor = matrix
    let isDefinite = factor.withUnsafeMutableBufferPointer { factor in
      for row in 0..<order {
        for column in 0...row {
          var sum = factor[row * order + column]
          for index in 0..<column {
            sum -= factor[row * order + index] * factor[column * order + index]
          }
          if column < row {
            factor[row * order + column] = sum / factor[column * order + column]
          } else if sum > 0, sum.isFinite {
            factor[row * order + row] = sum.squareRoot()
          } else {
            return false
          }
        }
      }
      return true
    }
    guard isDefinite else { return nil }
    self.order = order
    self.factor = factor
  }

  /// The x of L · Lᵀ · x = right.
  ///
  /// - Complexity: order² multiplications.
  func solve(_ right: [Double]) -> [Double] {
    var x = right
    factor.withUnsafeBufferPointer { factor in
      x.withUnsafeMutableBufferPointer { x in
        for row in 0..<order {
          var sum = x[row]
          for index in 0..<row { sum -= factor[row * order + index] * x[index] }
          x[row] = sum / factor[row * order + row]
        }
        for row in (0..<order).reversed() {
          x[row] /= factor[row * order + row]
          for index in 0..<row { x[index] -= factor[row * order + index] * x[row] }
        }
      }
    }
    return x
  }
}
