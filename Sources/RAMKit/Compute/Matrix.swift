/// A row-major float32 matrix, or some rows or columns of one.
///
/// It has reference semantics: a copy, ``rows(_:)`` and ``columns(_:)`` see the same numbers. Each row starts
/// `stride` elements behind the one before.
package struct Matrix: @unchecked Sendable {
  // @unchecked: written only on the compute actor, or before it is handed to anyone.
  package let rows: Int
  package let columns: Int
  package let stride: Int
  package let pointer: UnsafeMutablePointer<Float>
  /// What keeps the numbers where they are.
  private let owner: any AnyObject & Sendable

  /// A matrix in memory of its own; its numbers are undefined until written.
  package init(rows: Int, columns: Int, pool: MemoryPool? = nil) throws(RAMKitError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (bytes, tooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard rows >= 0, columns >= 0, !overflow, !tooLarge else {
      throw .internalFault(reason: "a matrix of \(rows) x \(columns) does not fit memory")
    }
    let memory = try AlignedMemory(byteCount: bytes, pool: pool)
    owner = memory
    pointer = memory.bytes.baseAddress!.assumingMemoryBound(to: Float.self)
    self.rows = rows
    self.columns = columns
    stride = columns
  }

  /// A matrix with the numbers given, row by row.
  package init(rows: Int, columns: Int, values: [Float]) throws(RAMKitError) {
    try self.init(rows: rows, columns: columns)
    guard values.count == rows * columns else {
      throw .internalFault(reason: "\(values.count) numbers for a matrix of \(rows) x \(columns)")
    }
    values.withUnsafeBufferPointer {
      if let start = $0.baseAddress { pointer.update(from: start, count: $0.count) }
    }
  }

  /// The unit matrix.
  package init(unit side: Int) throws(RAMKitError) {
    try self.init(rows: side, columns: side)
    pointer.update(repeating: 0, count: side * side)
    for index in 0..<side { pointer[index * (side + 1)] = 1 }
  }

  /// Numbers that lie in a mapped file, one behind the other. Nobody may write to them.
  package init(rows: Int, columns: Int, mapped: MappedBytes) {
    precondition(
      mapped.bytes.count >= rows * columns * MemoryLayout<Float>.stride, "a matrix beyond its bytes"
    )
    let numbers = mapped.bytes.assumingMemoryBound(to: Float.self)
    self.init(
      rows: rows, columns: columns, stride: columns,
      pointer: UnsafeMutablePointer(mutating: numbers.baseAddress!), owner: mapped.owner)
  }

  private init(
    rows: Int, columns: Int, stride: Int, pointer: UnsafeMutablePointer<Float>,
    owner: any AnyObject & Sendable
  ) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.pointer = pointer
    self.owner = owner
  }

  /// The rows given, sharing their memory with this matrix.
  package func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of range")
    return Matrix(
      rows: range.count, columns: columns, stride: stride,
      pointer: pointer + range.lowerBound * stride, owner: owner)
  }

  /// The columns given, sharing their memory with this matrix.
  package func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns out of range")
    return Matrix(
      rows: rows, columns: range.count, stride: stride, pointer: pointer + range.lowerBound,
      owner: owner)
  }

  /// The first row, as though it were there `count` times: all have the same numbers.
  package func firstRow(times count: Int) -> Matrix {
    precondition(rows > 0, "no row to repeat")
    return Matrix(rows: count, columns: columns, stride: 0, pointer: pointer, owner: owner)
  }

  /// The same contiguous numbers under another shape of as many elements or fewer.
  package func reshaped(rows: Int, columns: Int) -> Matrix {
    precondition(
      stride == self.columns && rows * columns <= self.rows * self.columns, "shape does not fit")
    return Matrix(rows: rows, columns: columns, stride: columns, pointer: pointer, owner: owner)
  }

  /// The numbers, row by row.
  package var values: [Float] {
    if stride == columns { return contiguousValues }
    var values: [Float] = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows { values += self.rows(row..<(row + 1)).contiguousValues }
    return values
  }

  /// Calls `body` with the bytes of all numbers of a matrix whose rows lie one behind the other.
  package func withBytes<Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(stride == columns, "rows with gaps")
    try body(
      UnsafeRawBufferPointer(UnsafeBufferPointer(start: pointer, count: rows * columns)))
    withExtendedLifetime(owner) {}
  }

  private var contiguousValues: [Float] {
    withExtendedLifetime(owner) {
      Array(UnsafeBufferPointer(start: pointer, count: rows * columns))
    }
  }

  /// The rows at the indices given, one behind the other, in memory of their own.
  package func gatheringRows(_ indices: [Int]) throws(RAMKitError) -> Matrix {
    let gathered = try Matrix(rows: indices.count, columns: columns)
    for (row, index) in indices.enumerated() {
      precondition(index >= 0 && index < rows, "row out of range")
      (gathered.pointer + row * columns).update(from: pointer + index * stride, count: columns)
    }
    return gathered
  }

  /// The matrices one below the other, in memory of their own; a single one as it is.
  package static func stacking(
    _ matrices: [Matrix], pool: MemoryPool? = nil
  ) throws(RAMKitError) -> Matrix {
    guard let first = matrices.first else { return try Matrix(rows: 0, columns: 0) }
    if matrices.count == 1 { return first }
    let rows = matrices.reduce(0) { $0 + $1.rows }
    let stacked = try Matrix(rows: rows, columns: first.columns, pool: pool)
    var row = 0
    for matrix in matrices {
      precondition(
        matrix.columns == first.columns && matrix.stride == matrix.columns, "rows do not fit")
      (stacked.pointer + row * first.columns).update(
        from: matrix.pointer, count: matrix.rows * matrix.columns)
      row += matrix.rows
    }
    return stacked
  }
}
