import CRAMKernels

/// Hands out a checkpoint's tensors as float32 or bfloat16, piece by piece, so that no more than a
/// piece of a tensor is in memory; or as bytes, whose rows have to be seen whole.
struct WeightConverter {
  private let checkpoint: Checkpoint
  private let compute: ComputeContext
  private let halves: AlignedMemory
  private let widened: Matrix

  /// `compute` has one thread: conversions run beside the compute of taggers, and wait for disks.
  init(checkpoint: Checkpoint, compute: ComputeContext) throws(RAMKitError) {
    self.checkpoint = checkpoint
    self.compute = compute
    widened = try Matrix(rows: 1, columns: Checkpoint.pieceElements)
    halves = try AlignedMemory(byteCount: Checkpoint.pieceElements * MemoryLayout<UInt16>.stride)
  }

  /// Writes all of a tensor's numbers, and tells after each piece how many elements it had.
  func write(
    _ tensor: CheckpointTensor, as type: ElementType, to sink: SafetensorsWriter.Sink,
    didTake: (Int) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    if type == .int8 {
      let rows = try rows(of: tensor)
      try withExtendedLifetime(rows) { () throws(RAMKitError) in
        let start = rows.bytes.bytes.baseAddress
        try sink(UnsafeRawBufferPointer(start: start, count: tensor.elementCount))
      }
      return try didTake(tensor.elementCount)
    }
    try checkpoint.forEachPiece(of: tensor.name, compute: compute) {
      (floats, elements) throws(RAMKitError) in
      let bad = ramk_first_non_finite(compute.raw, floats, elements.count)
      guard bad == elements.count else {
        throw .nonFiniteTensor(
          path: checkpoint.path, name: tensor.name, element: elements.lowerBound + bad)
      }
      let byteCount = elements.count * type.blockBits / 8
      if type == .bfloat16 {
        try round(floats, elements, of: tensor)
        try sink(UnsafeRawBufferPointer(start: rounded, count: byteCount))
      } else {
        try sink(UnsafeRawBufferPointer(start: floats, count: byteCount))
      }
      try didTake(elements.count)
    }
  }

  /// Writes the scales of a tensor's rows.
  func writeScales(
    of tensor: CheckpointTensor, to sink: SafetensorsWriter.Sink
  ) throws(RAMKitError) {
    let scales = try rows(of: tensor).scales
    try withExtendedLifetime(scales) { () throws(RAMKitError) in
      let byteCount = scales.columns * MemoryLayout<Float>.stride
      try sink(UnsafeRawBufferPointer(start: scales.pointer, count: byteCount))
    }
  }

  /// A tensor's rows as bytes: those that it is stored as, or rounded.
  private func rows(of tensor: CheckpointTensor) throws(RAMKitError) -> SignedByteRows {
    if let stored = try checkpoint.signedBytes(of: tensor.name) { return stored }
    let count = tensor.shape.first ?? 1
    let rounded = SignedByteRows(
      bytes: try AlignedMemory(byteCount: tensor.elementCount),
      scales: try Matrix(rows: 1, columns: count))
    try checkpoint.withFloats(of: tensor.name, compute: compute) { (floats) throws(RAMKitError) in
      let bad = ramk_first_non_finite(compute.raw, floats, tensor.elementCount)
      guard bad == tensor.elementCount else {
        throw .nonFiniteTensor(path: checkpoint.path, name: tensor.name, element: bad)
      }
      let columns = tensor.elementCount / max(1, count)
      try ComputeContext.check(
        ramk_quantize_rows(
          compute.raw, count, columns, floats, columns,
          rounded.bytes.bytes.baseAddress?.assumingMemoryBound(to: Int8.self),
          rounded.scales.pointer),
        "rounding '\(tensor.name)' to bytes")
    }
    return rounded
  }

  private var rounded: UnsafeMutablePointer<UInt16> {
    halves.bytes.baseAddress!.assumingMemoryBound(to: UInt16.self)
  }

  /// Rounds a piece, and looks whether a number became infinite.
  private func round(
    _ floats: UnsafePointer<Float>, _ elements: Range<Int>, of tensor: CheckpointTensor
  ) throws(RAMKitError) {
    try compute.round(floats, count: elements.count, to: rounded)
    try ComputeContext.check(
      ramk_convert_to_float32(
        compute.raw, RAMK_ELEMENT_BFLOAT16, rounded, elements.count, widened.pointer),
      "widening '\(tensor.name)'")
    let bad = ramk_first_non_finite(compute.raw, widened.pointer, elements.count)
    guard bad == elements.count else {
      throw .invalidOption(
        name: "precision",
        reason: "tensor '\(tensor.name)' holds a number at element \(elements.lowerBound + bad) "
          + "that is beyond bfloat16; use float32")
    }
  }
}
