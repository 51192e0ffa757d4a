#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import Synchronization

/// Keeps the memory of finished activations for the next photo.
///
/// A forward pass asks for the same few sizes again and again; fresh pages from the system would
/// cost it tens of milliseconds of page faults a photo.
package final class MemoryPool: Sendable {
  private struct Block: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
  }

  private struct Idle: Sendable {
    var blocks: [Block] = []
    var byteCount = 0
  }

  private let idle = Mutex(Idle())
  private let maximumIdleBytes: Int

  /// - Parameter maximumIdleBytes: what the pool holds on to at most while nobody uses it.
  package init(maximumIdleBytes: Int = 256 << 20) {
    self.maximumIdleBytes = maximumIdleBytes
  }

  deinit {
    idle.withLock { idle in
      for block in idle.blocks { free(block.bytes.baseAddress) }
    }
  }

  /// An idle block of at least `byteCount` bytes and at most twice as many; nil where there is none.
  func take(_ byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    idle.withLock { idle -> Block? in
      var best: Int?
      for (index, block) in idle.blocks.enumerated()
      where block.bytes.count >= byteCount && block.bytes.count / 2 <= byteCount {
        if best.map({ block.bytes.count < idle.blocks[$0].bytes.count }) ?? true { best = index }
      }
      guard let best else { return nil }
      let block = idle.blocks.remove(at: best)
      idle.byteCount -= block.bytes.count
      return block
    }?.bytes
  }

  /// Takes a block back; the oldest idle ones go to the system where there are too many.
  func give(_ bytes: UnsafeMutableRawBufferPointer) {
    let block = Block(bytes: bytes)
    let maximum = maximumIdleBytes
    let released = idle.withLock { idle -> [Block] in
      idle.blocks.append(block)
      idle.byteCount += block.bytes.count
      var released: [Block] = []
      while idle.byteCount > maximum, !idle.blocks.isEmpty {
        let oldest = idle.blocks.removeFirst()
        idle.byteCount -= oldest.bytes.count
        released.append(oldest)
      }
      return released
    }
    for block in released { free(block.bytes.baseAddress) }
  }
}
