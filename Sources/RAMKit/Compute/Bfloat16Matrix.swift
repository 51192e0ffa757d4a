import CRAMKernels

/// A row-major matrix of bfloat16 numbers: half of the memory, where kernels read them as they are.
package struct Bfloat16Matrix: @unchecked Sendable {
  // @unchecked: written only on the compute actor, or before it is handed to anyone.
  package let rows: Int
  package let columns: Int
  package let pointer: UnsafeMutablePointer<UInt16>
  /// What keeps the numbers where they are.
  private let owner: any AnyObject & Sendable

  /// A matrix in memory of its own; its numbers are undefined until written.
  package init(rows: Int, columns: Int, pool: MemoryPool? = nil) throws(RAMKitError) {
    let memory = try AlignedMemory(
      byteCount: rows * columns * MemoryLayout<UInt16>.stride, pool: pool)
    owner = memory
    pointer = memory.bytes.baseAddress!.assumingMemoryBound(to: UInt16.self)
    self.rows = rows
    self.columns = columns
  }

  /// A matrix that `fill` writes, whole.
  package init(
    rows: Int, columns: Int,
    fill: (UnsafeMutablePointer<UInt16>) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    try self.init(rows: rows, columns: columns)
    try fill(pointer)
  }

  /// Numbers that lie in a mapped file, one behind the other. Nobody may write to them.
  package init(rows: Int, columns: Int, mapped: MappedBytes) {
    precondition(
      mapped.bytes.count >= rows * columns * MemoryLayout<UInt16>.stride,
      "a matrix beyond its bytes")
    let numbers = mapped.bytes.assumingMemoryBound(to: UInt16.self)
    pointer = UnsafeMutablePointer(mutating: numbers.baseAddress!)
    owner = mapped.owner
    self.rows = rows
    self.columns = columns
  }

  /// Rounds [rows, columns] floats, which have to be there already, to the nearest bfloat16.
  package init(
    rows: Int, columns: Int, rounding values: UnsafePointer<Float>, compute: ComputeContext
  ) throws(RAMKitError) {
    try self.init(rows: rows, columns: columns) { (start) throws(RAMKitError) in
      try compute.round(values, count: rows * columns, to: start)
    }
  }

  /// The rows at the indices given, one behind the other, as floats.
  package func gatheringRows(_ indices: [Int], compute: ComputeContext) throws(RAMKitError)
    -> Matrix
  {
    let gathered = try Matrix(rows: indices.count, columns: columns)
    for (row, index) in indices.enumerated() {
      precondition(index >= 0 && index < rows, "row out of range")
      try ComputeContext.check(
        ramk_convert_to_float32(
          compute.raw, RAMK_ELEMENT_BFLOAT16, pointer + index * columns, columns,
          gathered.pointer + row * columns),
        "widening bfloat16")
    }
    return gathered
  }
}

extension ComputeContext {
  /// Rounds floats to the nearest bfloat16.
  package func round(
    _ values: UnsafePointer<Float>, count: Int, to out: UnsafeMutablePointer<UInt16>
  ) throws(RAMKitError) {
    try Self.check(ramk_round_to_bfloat16(raw, values, count, out), "rounding to bfloat16")
  }
}
