import Testing
import _RAMKitTestSupport

@testable import RAMKit

@Suite struct CholeskyTests {
  @Test(arguments: [1, 2, 7, 30]) func solvesWhatWasMultiplied(order: Int) throws {
    var random = SeededGenerator(seed: UInt64(order))
    let root = random.floats(order * order, magnitude: 1).map(Double.init)
    let wanted = random.floats(order, magnitude: 1).map(Double.init)
    var matrix = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0..<order {
        for index in 0..<order {
          matrix[row * order + column] += root[row * order + index] * root[column * order + index]
        }
      }
      matrix[row * order + row] += 0.1
    }
    let right = (0..<order).map { row in
      (0..<order).reduce(0) { $0 + matrix[row * order + $1] * wanted[$1] }
    }
    let solution = try #require(Cholesky(matrix, order: order)).solve(right)
    for (found, expected) in zip(solution, wanted) { #expect(abs(found - expected) < 1e-9) }
  }

  @Test func whatIsNotDefiniteHasNoFactor() {
    #expect(Cholesky([1, 2, 2, 1], order: 2) == nil)
    #expect(Cholesky([0], order: 1) == nil)
    #expect(Cholesky([.nan], order: 1) == nil)
    #expect(Cholesky([.infinity], order: 1) == nil)
  }
}
