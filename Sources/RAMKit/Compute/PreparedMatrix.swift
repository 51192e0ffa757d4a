import CRAMKernels

/// Weights [outputs, inputs] in the order that a product's kernel reads them.
package struct PreparedMatrix: @unchecked Sendable {
  // @unchecked: never written after `init`.
  package let outputs: Int
  package let inputs: Int
  /// What the weights were rounded to, and the product runs in.
  package let precision: Precision
  let pointer: UnsafeRawPointer
  private let memory: AlignedMemory

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

  private init(
    outputs: Int, inputs: Int, precision: Precision, compute: ComputeContext,
    prepare: (UnsafeMutableRawBufferPointer) -> ramk_status
  ) throws(RAMKitError) {
    let byteCount = ramk_matrix_prepared_size(compute.raw, precision.raw, outputs, inputs)
    guard byteCount > 0 else {
      throw .internalFault(reason: "weights [\(outputs), \(inputs)] do not fit memory")
    }
    memory = try AlignedMemory(byteCount: byteCount)
    try ComputeContext.check(
      prepare(memory.bytes), "preparing weights [\(outputs), \(inputs)]")
    pointer = UnsafeRawPointer(memory.bytes.baseAddress!)
    self.outputs = outputs
    self.inputs = inputs
    self.precision = precision
  }
}
