import CRAMKernels

/// Memory aligned to cache lines, for as long as a benchmark runs.
final class Memory: @unchecked Sendable {
  let raw: UnsafeMutableRawPointer

  init(byteCount: Int) { raw = .allocate(byteCount: max(byteCount, 1), alignment: 64) }

  deinit { raw.deallocate() }

  var floats: UnsafeMutablePointer<Float> { raw.assumingMemoryBound(to: Float.self) }

  var halves: UnsafeMutablePointer<UInt16> { raw.assumingMemoryBound(to: UInt16.self) }

  var bytes: UnsafeMutablePointer<UInt8> { raw.assumingMemoryBound(to: UInt8.self) }

  /// So many bytes, each page a page of its own.
  static func zeros(_ byteCount: Int) -> Memory {
    let memory = Memory(byteCount: byteCount)
    // Pages that nobody wrote to are all one, which lies in the caches.
    memory.raw.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return memory
  }

  /// `count` bytes, the same in every run.
  static func bytes(_ count: Int) -> Memory {
    let memory = Memory(byteCount: count)
    for index in 0..<count {
      memory.bytes[index] = UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 13)
    }
    return memory
  }

  /// The same numbers as of ``floats(_:)``, rounded.
  static func bfloat16(_ count: Int, _ context: Context) -> Memory {
    let (plain, rounded) = (floats(count), Memory(byteCount: 2 * count))
    return withExtendedLifetime(plain) {
      _ = ramk_round_to_bfloat16(
        context.pointer, plain.floats, count,
        rounded.raw.bindMemory(to: UInt16.self, capacity: count))
      return rounded
    }
  }

  /// `count` floats in [-1, 1), the same in every run.
  static func floats(_ count: Int) -> Memory {
    let memory = Memory(byteCount: count * MemoryLayout<Float>.stride)
    let floats = memory.raw.bindMemory(to: Float.self, capacity: count)
    var state: UInt32 = 1
    for index in 0..<count {
      state = state &* 1_664_525 &+ 1_013_904_223
      floats[index] = Float(Int32(bitPattern: state)) * 0x1p-31
    }
    return memory
  }
}
