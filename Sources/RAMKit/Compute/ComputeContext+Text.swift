import CRAMKernels

/// A table whose rows are looked up by index, kept as its file has it.
package enum RowTable: Sendable {
  case float32(Matrix)
  /// A quarter of the memory, and no slower: a row is widened where it is needed.
  case signedBytes(SignedByteRows, rows: Int, columns: Int)

  package var rows: Int {
    switch self {
    case .float32(let matrix): matrix.rows
    case .signedBytes(_, let rows, _): rows
    }
  }

  package var columns: Int {
    switch self {
    case .float32(let matrix): matrix.columns
    case .signedBytes(_, _, let columns): columns
    }
  }
}

@ComputeActor
extension ComputeContext {
  /// The rows of a table at the indices given, one behind the other, the rows of `added` added in
  /// turn: its first one to the first, and after its last one its first one again.
  package func gather(
    _ indices: [UInt32], of table: RowTable, adding added: Matrix? = nil, into out: Matrix
  ) throws(RAMKitError) {
    guard out.rows == indices.count, out.columns == table.columns,
      added.map({ $0.columns == out.columns && $0.stride == $0.columns }) ?? true
    else { throw .internalFault(reason: "a table's rows do not fit") }
    let (type, start, scales) =
      switch table {
      case .float32(let matrix):
        (RAMK_ELEMENT_FLOAT32, UnsafeRawPointer(matrix.pointer), UnsafePointer<Float>?.none)
      case .signedBytes(let stored, _, _):
        (
          RAMK_ELEMENT_INT8, UnsafeRawPointer(stored.bytes.bytes.baseAddress!),
          UnsafePointer(stored.scales.pointer)
        )
      }
    let status = indices.withUnsafeBufferPointer {
      var arguments = ramk_gather_rows_arguments(
        rows: indices.count, columns: table.columns, type: type, table: start,
        table_rows: table.rows, scales: scales, indices: $0.baseAddress, added: added?.pointer,
        added_rows: added?.rows ?? 0, out: out.pointer, out_stride: out.stride)
      return ramk_gather_rows(raw, &arguments)
    }
    try Self.check(status, "looking up rows")
    withExtendedLifetime((table, added, out)) {}
  }

  /// Divides each row by its length, as PyTorch's `normalize` does: by 1e-12 at least.
  package func normalizeRows(of matrix: Matrix) throws(RAMKitError) {
    guard matrix.stride == matrix.columns else {
      throw .internalFault(reason: "rows to be normalised do not follow each other")
    }
    let squares = try self.matrix(rows: matrix.rows, columns: 1)
    try rowDots(of: matrix, and: matrix, into: squares)
    let scales = squares.values.map { 1 / max($0.squareRoot(), 1e-12) }
    try Self.check(
      ramk_scale_rows(
        raw, 0, matrix.rows * matrix.columns, matrix.columns, scales, matrix.pointer),
      "normalising rows")
    withExtendedLifetime(matrix) {}
  }
}
