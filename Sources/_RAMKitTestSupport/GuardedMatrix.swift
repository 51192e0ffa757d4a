/// A row-major float matrix whose last element touches a forbidden page, and whose padding between
/// rows holds a quiet NaN with a telltale payload: a kernel that lets padding into its arithmetic
/// answers NaN, and one that writes into it is found by `damage`.
package final class GuardedMatrix {
  package let rows: Int
  package let columns: Int
  package let stride: Int
  package let pointer: UnsafeMutablePointer<Float>

  private let buffer: GuardedBuffer

  /// What padding and unwritten elements hold.
  package static let poison = Float(bitPattern: 0x7FC0_DEAD)

  /// All poison: an output still to be written. `stride` is `columns` unless said otherwise.
  package init(rows: Int, columns: Int, stride: Int? = nil) {
    let stride = stride ?? columns
    precondition(rows >= 0 && columns >= 0 && stride >= columns)
    self.rows = rows
    self.columns = columns
    self.stride = stride
    let count = rows == 0 ? 0 : (rows - 1) * stride + columns
    buffer = GuardedBuffer(byteCount: count * MemoryLayout<Float>.stride)
    pointer = buffer.start.bindMemory(to: Float.self, capacity: count)
    pointer.initialize(repeating: Self.poison, count: count)
  }

  /// Holds `values`, rows · columns of them, row by row.
  package convenience init(rows: Int, columns: Int, stride: Int? = nil, values: [Float]) {
    self.init(rows: rows, columns: columns, stride: stride)
    precondition(values.count == rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        pointer[row * self.stride + column] = values[row * columns + column]
      }
    }
  }

  /// A single row.
  package convenience init(_ values: [Float]) {
    self.init(rows: 1, columns: values.count, values: values)
  }

  package subscript(row: Int, column: Int) -> Float {
    get { pointer[row * stride + column] }
    set { pointer[row * stride + column] = newValue }
  }

  /// The elements without padding, row by row.
  package var values: [Float] {
    var values: [Float] = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows {
      values.append(contentsOf: UnsafeBufferPointer(start: pointer + row * stride, count: columns))
    }
    return values
  }

  /// Whether no element was written since it was made empty.
  package var isUntouched: Bool {
    values.allSatisfy { $0.bitPattern == Self.poison.bitPattern }
  }

  /// Where something outside of the rows and columns was written, in words; nil where nothing was.
  package var damage: String? {
    for row in 0..<max(rows - 1, 0) {
      for column in columns..<stride
      where pointer[row * stride + column].bitPattern != Self.poison.bitPattern {
        return "padding of row \(row) overwritten at column \(column) of \(columns)"
      }
    }
    return buffer.damage
  }
}
