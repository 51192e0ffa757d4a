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

  /// Calls `body` with the elements in C order and aligned, given the bytes from the first element
  /// to the last one; copies them only where they are not like this already.
  private func withGathered<R>(
    _ bytes: UnsafeRawBufferPointer, of tensor: CheckpointTensor,
    _ body: (UnsafeRawBufferPointer) throws(RAMKitError) -> R
  ) throws(RAMKitError) -> R {
    let elementBytes = tensor.elementType.bitWidth / 8
    let isAligned = Int(bitPattern: bytes.baseAddress) % elementBytes == 0
    if tensor.strides == nil, isAligned { return try body(bytes) }

    let gathered = try scratch(tensor.byteCount, for: tensor)
    defer { free(gathered.baseAddress) }
    if let strides = tensor.strides {
      let status = ramk_copy_strided(
        tensor.shape.count, tensor.shape, strides, elementBytes, bytes.baseAddress,
        gathered.baseAddress)
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
