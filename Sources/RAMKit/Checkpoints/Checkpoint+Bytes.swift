import CRAMKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Checkpoint {
  /// Calls `body` with all elements of `tensor`: little-endian, one after the other in C order, at
  /// an address that suits the element type. The bytes are valid during the call.
  ///
  /// No copy is made of a tensor that lies like this in the file; others are gathered first.
  /// Afterwards the tensor's pages leave this process's memory.
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
    switch tensor.storage {
    case .mapped(let range):
      defer { file.dropPages(range) }
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      return try withGathered(bytes, of: tensor, body)
    case .deflated(let payload, let range):
      let unpacked = try scratch(range.count, for: tensor)
      defer { free(unpacked.baseAddress) }
      do {
        try payload.inflate(from: file, offset: range.lowerBound, into: unpacked)
      } catch {
        throw .malformedCheckpoint(
          path: path, reason: "tensor \(quoted(tensor.name)): \(error.reason)")
      }
      file.dropPages(payload.range)
      return try withGathered(UnsafeRawBufferPointer(unpacked), of: tensor, body)
    }
  }

  /// Calls `body` with the bytes of `tensor` piece by piece, and with the elements that each holds:
  /// ``pieceElements`` at most. Bytes are as in ``withBytes(of:_:)``, but need not be aligned. Of a
  /// tensor that lies in the file as it is, no more than a piece is in memory.
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
    for piece in tensor.pieces {
      let bytes =
        range.lowerBound + piece.bytes.lowerBound..<range.lowerBound + piece.bytes.upperBound
      defer { file.dropPages(bytes) }
      try body(UnsafeRawBufferPointer(rebasing: file.bytes[bytes]), piece.elements)
    }
  }

  /// Elements to a piece: 4 MB of floats, and a multiple of every type's block.
  package static let pieceElements = 1 << 20

  /// Calls `body` with the elements in C order and aligned, given the bytes from the first element
  /// to the last one; copies them only where they are not like this already.
  private func withGathered<R>(
    _ bytes: UnsafeRawBufferPointer, of tensor: CheckpointTensor,
    _ body: (UnsafeRawBufferPointer) throws(RAMKitError) -> R
  ) throws(RAMKitError) -> R {
    let isAligned = Int(bitPattern: bytes.baseAddress) % tensor.elementType.alignment == 0
    if tensor.strides == nil, isAligned { return try body(bytes) }

    let gathered = try scratch(tensor.byteCount, for: tensor)
    defer { free(gathered.baseAddress) }
    if let strides = tensor.strides {
      let status = ramk_copy_strided(
        tensor.shape.count, tensor.shape, strides, tensor.elementType.blockBits / 8,
        bytes.baseAddress, gathered.baseAddress)
      guard status == RAMK_OK else {
        throw .internalFault(reason: String(cString: ramk_status_description(status)))
      }
    } else {
      gathered.copyMemory(from: bytes)
    }
    return try body(UnsafeRawBufferPointer(gathered))
  }

  /// Memory for a tensor that can't be used in place; the caller frees it.
  private func scratch(
    _ count: Int, for tensor: CheckpointTensor
  ) throws(RAMKitError) -> UnsafeMutableRawBufferPointer {
    var start: UnsafeMutableRawPointer?
    guard posix_memalign(&start, 64, count) == 0, let start else {
      throw .unreadableFile(
        path: path,
        reason: "tensor \(quoted(tensor.name)) needs \(count) bytes of memory, which are not there")
    }
    return UnsafeMutableRawBufferPointer(start: start, count: count)
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
