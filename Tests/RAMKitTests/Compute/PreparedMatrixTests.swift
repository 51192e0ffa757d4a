import Testing
import _RAMKitTestSupport

@testable import RAMKit

@Suite struct PreparedMatrixTests {
  /// What is taken out of prepared weights is what they were rounded to, to the bit.
  @Test(arguments: [Precision.float32, .bfloat16])
  func weightsComeBackOut(_ precision: Precision) throws {
    let (outputs, inputs) = (45, 70)
    var generator = SeededGenerator(seed: 1)
    let values = generator.floats(outputs * inputs, magnitude: 3)
    let compute = try ComputeContext(threads: 2)
    let weights = try PreparedMatrix(
      try Matrix(rows: outputs, columns: inputs, values: values), precision: precision,
      compute: compute)
    let transposed = try weights.transposed(compute: compute)
    #expect(transposed.rows == inputs && transposed.columns == outputs)
    let out = transposed.values
    let kept = precision == .float32 ? values : values.map(roundedToBfloat16)
    for input in 0..<inputs {
      for output in 0..<outputs {
        let found = out[input * outputs + output]
        #expect(found == kept[output * inputs + input])
      }
    }
  }
}
