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

  /// What one entry of the page tables covers at most on the CPUs that we know.
  private static let hugePage = 2 << 20

  /// Large blocks ask for huge pages: a product walks over thousands of small ones, and looking them
  /// up costs it 4 to 5 % of its time (EPYC 7003, November 2026). Only whole huge pages are asked
  /// for, so no more memory becomes resident than is written.
  private static func allocate(
    _ byteCount: Int
  ) throws(RAMKitError) -> UnsafeMutableRawBufferPointer {
    var address: UnsafeMutableRawPointer?
    let alignment = byteCount >= hugePage ? hugePage : 64
    guard byteCount >= 0, posix_memalign(&address, alignment, max(byteCount, 64)) == 0,
      let address
    else {
      throw .internalFault(reason: "no memory for \(byteCount) bytes")
    }
    #if os(Linux)
      if byteCount >= hugePage {
        // Advice: a system without huge pages runs all the same.
        _ = madvise(address, byteCount / hugePage * hugePage, MADV_HUGEPAGE)
      }
    #endif
    return UnsafeMutableRawBufferPointer(start: address, count: max(byteCount, 64))
  }
}
