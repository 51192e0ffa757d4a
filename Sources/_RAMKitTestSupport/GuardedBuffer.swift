#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bytes between two fences. They end (but for `alignment`) where a megabyte begins that nobody may
/// touch, which takes addresses and no memory, so that reading or writing past the end is a crash and not a guess; what lies before them
/// holds a pattern that `damage` looks at again.
package final class GuardedBuffer {
  package let byteCount: Int
  /// The first byte; aligned to the `alignment` asked for.
  package let start: UnsafeMutableRawPointer

  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int
  private let fencedBytes: Int

  private static let pattern: UInt8 = 0xA5
  private static let untouchableBytes = 1 << 20  // whole pages, everywhere

  /// `alignment`: a power of two, at most a page.
  package init(byteCount: Int, alignment: Int = 4) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    precondition(byteCount >= 0 && alignment > 0 && alignment <= page)
    let reserved = (byteCount + alignment - 1) / alignment * alignment
    // At least a whole page of pattern in front.
    fencedBytes = ((reserved + page - 1) / page + 1) * page
    mappedBytes = fencedBytes + Self.untouchableBytes
    let protection = PROT_READ | PROT_WRITE
    guard let mapping = mmap(nil, mappedBytes, protection, MAP_PRIVATE | MAP_ANON, -1, 0),
      mapping != UnsafeMutableRawPointer(bitPattern: -1)
    else { preconditionFailure("no memory for a test buffer of \(byteCount) bytes") }
    self.mapping = mapping
    self.byteCount = byteCount
    start = mapping + fencedBytes - reserved
    memset(mapping, Int32(Self.pattern), fencedBytes)
    mprotect(mapping + fencedBytes, Self.untouchableBytes, PROT_NONE)
  }

  deinit { munmap(mapping, mappedBytes) }

  /// Where a byte outside of the buffer was changed, in words; nil where none was.
  package var damage: String? {
    let bytes = mapping.assumingMemoryBound(to: UInt8.self)
    let first = start - mapping
    for index in 0..<first where bytes[index] != Self.pattern {
      return "byte \(index - first) before the buffer was overwritten"
    }
    for index in (first + byteCount)..<fencedBytes where bytes[index] != Self.pattern {
      return "byte \(index - first) behind the buffer of \(byteCount) was overwritten"
    }
    return nil
  }
}
