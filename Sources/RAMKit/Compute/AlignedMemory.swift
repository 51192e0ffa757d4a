#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory of its own, aligned to 64 bytes: a cache line, and the widest vector.
///
/// It comes from a ``MemoryPool`` where one is given and goes back there, so that a photo's
/// activations land on pages that the photo before has already touched.
package final class AlignedMemory: @unchecked Sendable {
  // @unchecked: the bytes are written by whoever owns the only reference, or on the compute actor.
  package let bytes: UnsafeMutableRawBufferPointer
  private let pool: MemoryPool?

  package init(byteCount: Int, pool: MemoryPool? = nil) throws(RAMKitError) {
    self.pool = pool
    if let reused = pool?.take(byteCount) {
      bytes = reused
    } else {
      bytes = try Self.allocate(byteCount)
    }
  }

  deinit {
    if let pool {
      pool.give(bytes)
    } else {
      free(bytes.baseAddress)
    }
  }

  private static func allocate(
    _ byteCount: Int
  ) throws(RAMKitError) -> UnsafeMutableRawBufferPointer {
    var address: UnsafeMutableRawPointer?
    guard byteCount >= 0, posix_memalign(&address, 64, max(byteCount, 64)) == 0, let address else {
      throw .internalFault(reason: "no memory for \(byteCount) bytes")
    }
    return UnsafeMutableRawBufferPointer(start: address, count: max(byteCount, 64))
  }
}
