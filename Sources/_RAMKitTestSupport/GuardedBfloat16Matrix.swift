/// As ``GuardedMatrix``, of bfloat16 numbers.
package final class GuardedBfloat16Matrix {
  package let rows: Int
  package let columns: Int
  package let stride: Int
  package let pointer: UnsafeMutablePointer<UInt16>

  private let buffer: GuardedBuffer
  private let count: Int

  /// A quiet NaN with a telltale payload: what padding and unwritten elements hold.
  private static let poison: UInt16 = 0x7FED

  package init(rows: Int, columns: Int, stride: Int? = nil) {
    let stride = stride ?? columns
    precondition(rows >= 0 && columns >= 0 && stride >= columns)
    self.rows = rows
    self.columns = columns
    self.stride = stride
    count = rows == 0 ? 0 : (rows - 1) * stride + columns
    buffer = GuardedBuffer(byteCount: count * MemoryLayout<UInt16>.stride)
    pointer = buffer.start.bindMemory(to: UInt16.self, capacity: count)
    pointer.initialize(repeating: Self.poison, count: count)
  }

  /// Holds `values`, rows · columns of them, row by row, rounded.
  package convenience init(rows: Int, columns: Int, stride: Int? = nil, rounding values: [Float]) {
    self.init(rows: rows, columns: columns, stride: stride)
    precondition(values.count == rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        pointer[row * self.stride + column] = ElementReference.rounded(
          toBfloat16: values[row * columns + column])
      }
    }
  }

  /// The elements without padding, row by row, as bits.
  package var bits: [UInt16] {
    (0..<rows).flatMap { row in
      Array(UnsafeBufferPointer(start: pointer + row * stride, count: columns))
    }
  }

  /// The same as floats.
  package var values: [Float] { bits.map(ElementReference.bfloat16) }

  package var isUntouched: Bool { bits.allSatisfy { $0 == Self.poison } }

  /// Where something outside of the rows and columns was written, in words; nil where nothing was.
  package var damage: String? {
    for row in 0..<max(rows - 1, 0) {
      for column in columns..<stride where pointer[row * stride + column] != Self.poison {
        return "padding of row \(row) overwritten at column \(column) of \(columns)"
      }
    }
    return buffer.damage
  }
}
