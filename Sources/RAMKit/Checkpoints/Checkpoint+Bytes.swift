import CRAMKernels

extension Checkpoint {
  /// Calls `body` with all elements of `tensor`: little-endian, one after the other in C order, at
  /// an address that suits the element type. The bytes are valid during the call.
  ///
  /// They are read from the file, not mapped: a file that someone shortens meanwhile, or a disk that
  /// fails, is an error.
  package func withBytes<R>(
    of tensor: CheckpointTensor,
    _ body: (UnsafeRawBufferPointer) throws(RAMKitError) -> R
  ) throws(RAMKitError) -> R {
    guard tensors[tensor.name] == tensor else {
      throw .internalFault(reason: "tensor \(quoted(tensor.name)) is none of '\(path)'")
    }
    guard tensor.elementType.isReadable else {
      throw .unsupportedModel(
        path: path,
        reason: "tensor \(quoted(tensor.name)) has elements of type "
          + "\(tensor.elementType.safetensorsName), which RAMKit can't read")
    }
    guard tensor.byteCount > 0 else { return try body(.init(start: nil, count: 0)) }
    let stored = try stored(tensor)
    guard let strides = tensor.strides else {
      return try body(UnsafeRawBufferPointer(rebasing: stored.bytes[..<tensor.byteCount]))
    }
    let gathered = try memory(tensor.byteCount, for: tensor)
    let status = ramk_copy_strided(
      tensor.shape.count, tensor.shape, strides, tensor.elementType.blockBits / 8,
      stored.bytes.baseAddress, gathered.bytes.baseAddress)
    guard status == RAMK_OK else {
      throw .internalFault(reason: String(cString: ramk_status_description(status)))
    }
    return try body(UnsafeRawBufferPointer(rebasing: gathered.bytes[..<tensor.byteCount]))
  }

  /// The bytes from a tensor's first element to its last one.
  private func stored(_ tensor: CheckpointTensor) throws(RAMKitError) -> AlignedMemory {
    switch tensor.storage {
    case .mapped(let range): return try read(range, for: tensor)
    case .deflated(let payload, let range):
      let packed = try read(payload.range, for: tensor)
      let unpacked = try memory(range.count, for: tensor)
      do {
        try payload.inflate(
          UnsafeRawBufferPointer(rebasing: packed.bytes[..<payload.range.count]),
          offset: range.lowerBound,
          into: UnsafeMutableRawBufferPointer(rebasing: unpacked.bytes[..<range.count]))
      } catch {
        throw .malformedCheckpoint(
          path: path, reason: "tensor \(quoted(tensor.name)): \(error.reason)")
      }
      return unpacked
    }
  }

  private func read(
    _ range: Range<Int>, for tensor: CheckpointTensor
  ) throws(RAMKitError) -> AlignedMemory {
    let memory = try memory(range.count, for: tensor)
    try file.read(range, into: memory.bytes.baseAddress!)
    return memory
  }

  /// Calls `body` with the bytes of `tensor` piece by piece, and with the elements that each holds:
  /// ``pieceElements`` at most. Bytes are as in ``withBytes(of:_:)``, but need not be aligned. Of a
  /// tensor that lies in the file as it is, no more than a piece is in memory. Where the task was
  /// cancelled, it ends with the piece.
  package func forEachPiece(
    of tensor: CheckpointTensor,
    _ body: (UnsafeRawBufferPointer, Range<Int>) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    guard tensors[tensor.name] == tensor, tensor.elementType.isReadable, tensor.strides == nil,
      case .mapped(let range) = tensor.storage
    else {
      return try withBytes(of: tensor) { (bytes) throws(RAMKitError) in
        for piece in tensor.pieces {
          try body(UnsafeRawBufferPointer(rebasing: bytes[piece.bytes]), piece.elements)
        }
      }
    }
    let pieces = tensor.pieces
    let memory = try memory(pieces.map(\.bytes.count).max() ?? 0, for: tensor)
    for piece in pieces {
      try Task.checkRAMKitCancellation()
      let start = range.lowerBound + piece.bytes.lowerBound
      try file.read(start..<start + piece.bytes.count, into: memory.bytes.baseAddress!)
      try body(
        UnsafeRawBufferPointer(rebasing: memory.bytes[..<piece.bytes.count]), piece.elements)
    }
  }

  /// Elements to a piece: 4 MB of floats, and a multiple of every type's block.
  package static let pieceElements = 1 << 20

  /// Memory for a tensor's bytes, at an address that suits every element type.
  private func memory(
    _ byteCount: Int, for tensor: CheckpointTensor
  ) throws(RAMKitError) -> AlignedMemory {
    do {
      return try AlignedMemory(byteCount: byteCount)
    } catch {
      throw .unreadableFile(
        path: path,
        reason: "tensor \(quoted(tensor.name)) needs \(byteCount) bytes of memory, which are not "
          + "there")
    }
  }
}

extension CheckpointTensor {
  /// What ``Checkpoint/forEachPiece(of:_:)`` hands out, one after the other.
  fileprivate var pieces: [(elements: Range<Int>, bytes: Range<Int>)] {
    func position(_ element: Int) -> Int {
      element / elementType.blockElements * elementType.blockBits / 8
    }
    return stride(from: 0, to: elementCount, by: Checkpoint.pieceElements).map { first in
      let end = min(first + Checkpoint.pieceElements, elementCount)
      return (first..<end, position(first)..<position(end))
    }
  }
}
