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
    let byteCount = ramk_matrix_prepared_size(compute.raw, precision.raw, outputs, inputs)
    guard byteCount > 0 else {
      throw .internalFault(reason: "weights [\(outputs), \(inputs)] do not fit memory")
    }
    memory = try AlignedMemory(byteCount: byteCount)
    try ComputeContext.check(
      ramk_matrix_prepare(
        compute.raw, precision.raw, outputs, inputs, weights, inputs, memory.bytes.baseAddress,
        byteCount),
      "preparing weights [\(outputs), \(inputs)]")
    pointer = UnsafeRawPointer(memory.bytes.baseAddress!)
    self.outputs = outputs
    self.inputs = inputs
    self.precision = precision
  }
}
