import CRAMKernels

/// Hands out a checkpoint's tensors as float32 or bfloat16, piece by piece, so that no more than a
/// piece of a tensor is in memory.
struct WeightConverter {
  private let checkpoint: Checkpoint
  private let compute: ComputeContext
  private let floats: Matrix
  private let halves: AlignedMemory

  /// `compute` has one thread: conversions run beside the compute of taggers, and wait for disks.
  init(checkpoint: Checkpoint, compute: ComputeContext) throws(RAMKitError) {
    self.checkpoint = checkpoint
    self.compute = compute
    floats = try Matrix(rows: 1, columns: Checkpoint.pieceElements)
    halves = try AlignedMemory(byteCount: Checkpoint.pieceElements * MemoryLayout<UInt16>.stride)
  }

  /// Writes all of a tensor's numbers, and tells after each piece how many bytes of the file it took.
  func write(
    _ tensor: CheckpointTensor, as type: ElementType, to sink: SafetensorsWriter.Sink,
    didTake: (Int) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    try checkpoint.forEachPiece(of: tensor) { (bytes, elements) throws(RAMKitError) in
      try checkpoint.convert(
        bytes, count: elements.count, of: tensor, compute: compute, to: floats.pointer)
      let bad = ramk_first_non_finite(compute.raw, floats.pointer, elements.count)
      guard bad == elements.count else {
        throw .nonFiniteTensor(
          path: checkpoint.path, name: tensor.name, element: elements.lowerBound + bad)
      }
      let count = elements.count * type.blockBits / 8
      if type == .bfloat16 {
        try round(elements, of: tensor)
        try sink(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(halves.bytes)[..<count]))
      } else {
        try sink(UnsafeRawBufferPointer(start: floats.pointer, count: count))
      }
      try didTake(bytes.count)
    }
  }

  /// Rounds the floats of a piece into `halves`.
  private func round(_ elements: Range<Int>, of tensor: CheckpointTensor) throws(RAMKitError) {
    let rounded = halves.bytes.assumingMemoryBound(to: UInt16.self)
    try ComputeContext.check(
      ramk_round_to_bfloat16(
        compute.raw, floats.pointer, elements.count, rounded.baseAddress),
      "rounding '\(tensor.name)'")
    // The floats have done their work: as numbers again, they tell which of them became infinite.
    try ComputeContext.check(
      ramk_convert_to_float32(
        compute.raw, RAMK_ELEMENT_BFLOAT16, rounded.baseAddress, elements.count, floats.pointer),
      "widening '\(tensor.name)'")
    let bad = ramk_first_non_finite(compute.raw, floats.pointer, elements.count)
    guard bad == elements.count else {
      throw .invalidOption(
        name: "precision",
        reason: "tensor '\(tensor.name)' holds a number at element \(elements.lowerBound + bad) "
          + "that is beyond bfloat16; use float32")
    }
  }
}
