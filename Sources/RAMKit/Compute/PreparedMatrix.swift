import CRAMKernels

/// Weights [outputs, inputs] in the order that a product's kernel reads them.
package struct PreparedMatrix: @unchecked Sendable {
  // @unchecked: never written after `init`.
  package let outputs: Int
  package let inputs: Int
  /// What the weights were rounded to, and the product runs in.
  package let precision: Precision
  let pointer: UnsafeRawPointer
  /// What keeps the bytes where they are.
  private let owner: any AnyObject & Sendable

  /// Packs row-major weights [outputs, inputs].
  ///
  /// Cost: one pass over the weights.
  package init(
    outputs: Int, inputs: Int, weights: UnsafePointer<Float>, precision: Precision,
    compute: ComputeContext
  ) throws(RAMKitError) {
    try self.init(outputs: outputs, inputs: inputs, precision: precision, compute: compute) {
      ramk_matrix_prepare(
        compute.raw, precision.raw, outputs, inputs, weights, inputs, $0.baseAddress, $0.count)
    }
  }

  /// Packs a matrix's rows [outputs, inputs], in memory of the pool given or of its own.
  package init(
    _ weights: Matrix, precision: Precision, compute: ComputeContext, pool: MemoryPool? = nil
  ) throws(RAMKitError) {
    try self.init(
      outputs: weights.rows, inputs: weights.columns, precision: precision, compute: compute,
      pool: pool
    ) {
      ramk_matrix_prepare(
        compute.raw, precision.raw, weights.rows, weights.columns, weights.pointer, weights.stride,
        $0.baseAddress, $0.count)
    }
    withExtendedLifetime(weights) {}
  }

  /// Packs a matrix whose columns are the outputs [inputs, outputs], for products in float32 or bfloat16.
  package init(
    transposing weights: Matrix, precision: Precision, compute: ComputeContext,
    pool: MemoryPool? = nil
  ) throws(RAMKitError) {
    try self.init(
      outputs: weights.columns, inputs: weights.rows, precision: precision, compute: compute,
      pool: pool
    ) {
      ramk_matrix_prepare_transposed(
        compute.raw, precision.raw, weights.columns, weights.rows, weights.pointer, weights.stride,
        $0.baseAddress, $0.count)
    }
    withExtendedLifetime(weights) {}
  }

  /// Packs weights [outputs, inputs] that are bytes already, for products in int8.
  package init(
    outputs: Int, inputs: Int, bytes: SignedByteRows, compute: ComputeContext
  ) throws(RAMKitError) {
    let weights = bytes.bytes.bytes.assumingMemoryBound(to: Int8.self)
    guard weights.count >= outputs * inputs, bytes.scales.columns == outputs else {
      throw .internalFault(reason: "bytes that are no weights [\(outputs), \(inputs)]")
    }
    try self.init(outputs: outputs, inputs: inputs, precision: .int8, compute: compute) {
      ramk_matrix_prepare_bytes(
        compute.raw, outputs, inputs, weights.baseAddress, inputs, bytes.scales.pointer,
        $0.baseAddress, $0.count)
    }
    withExtendedLifetime(bytes) {}
  }

  /// Weights that lie prepared in a mapped file, and are read there; nil where the bytes are aligned and
  /// enough, but none that a product of `compute` can read.
  ///
  /// Cost: a look at the header.
  package init?(
    outputs: Int, inputs: Int, precision: Precision, mapped: MappedBytes, compute: ComputeContext
  ) {
    let status = ramk_matrix_prepared_check(
      compute.raw, precision.raw, outputs, inputs, mapped.bytes.baseAddress, mapped.bytes.count)
    guard status == RAMK_OK, let start = mapped.bytes.baseAddress else { return nil }
    pointer = start
    owner = mapped.owner
    self.outputs = outputs
    self.inputs = inputs
    self.precision = precision
  }

  private init(
    outputs: Int, inputs: Int, precision: Precision, compute: ComputeContext,
    pool: MemoryPool? = nil, prepare: (UnsafeMutableRawBufferPointer) -> ramk_status
  ) throws(RAMKitError) {
    let memory = try AlignedMemory(
      byteCount: Self.byteCount(
        outputs: outputs, inputs: inputs, precision: precision, compute: compute), pool: pool)
    try ComputeContext.check(
      prepare(memory.bytes), "preparing weights [\(outputs), \(inputs)]")
    pointer = UnsafeRawPointer(memory.bytes.baseAddress!)
    owner = memory
    self.outputs = outputs
    self.inputs = inputs
    self.precision = precision
  }
}

extension PreparedMatrix {
  /// The weights back in rows, [inputs, outputs], as they were rounded: what the product makes of the unit
  /// matrix, where each sum has one term.
  ///
  /// Cost: that product, inputs² · outputs multiply-adds.
  package func transposed(compute: ComputeContext) throws(RAMKitError) -> Matrix {
    let unit = try Matrix(unit: inputs)
    let rows = try Matrix(rows: inputs, columns: outputs)
    var arguments = ramk_gemm_arguments()
    arguments.m = inputs
    arguments.a = UnsafePointer(unit.pointer)
    arguments.a_stride = unit.stride
    arguments.weights = pointer
    arguments.out = rows.pointer
    arguments.out_stride = rows.stride
    let workspace = try AlignedMemory(
      byteCount: ramk_gemm_workspace_size(compute.raw, precision.raw, inputs, outputs, inputs))
    try ComputeContext.check(
      ramk_gemm(
        compute.raw, precision.raw, &arguments, workspace.bytes.baseAddress, workspace.bytes.count),
      "taking weights [\(outputs), \(inputs)] out")
    withExtendedLifetime((owner, unit)) {}
    return rows
  }
}

// MARK: - Stored

extension PreparedMatrix {
  /// What a prepared matrix's address is a multiple of.
  package static let alignment = 64

  /// Bytes of weights [outputs, inputs] once they are prepared.
  package static func byteCount(
    outputs: Int, inputs: Int, precision: Precision, compute: ComputeContext
  ) throws(RAMKitError) -> Int {
    let count = ramk_matrix_prepared_size(compute.raw, precision.raw, outputs, inputs)
    guard count > 0 else {
      throw .internalFault(reason: "weights [\(outputs), \(inputs)] do not fit memory")
    }
    return count
  }

  /// Calls `body` with the bytes, header and all, which are valid during the call.
  package func withBytes<Result>(
    compute: ComputeContext,
    _ body: (UnsafeRawBufferPointer) throws(RAMKitError) -> Result
  ) throws(RAMKitError) -> Result {
    let count = try Self.byteCount(
      outputs: outputs, inputs: inputs, precision: precision, compute: compute)
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeRawBufferPointer(start: pointer, count: count))
  }
}
