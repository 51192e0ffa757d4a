import CRAMKernels
import CYardsticks

/// The memory by itself, read and nothing else: within caches, and far beyond them. What moves data can't be
/// faster.
enum Streams {
  static let cases: [KernelCase] = {
    var cpu = ramk_cpu()
    ramk_cpu_detect(&cpu)
    // Half of a cache leaves room for whatever else is in it; eight times the last one, in which others may
    // have a share too, leaves nothing from one pass to the next.
    let beyond = max(8 * Int(cpu.l3_bytes), 256 << 20)
    return [("L2", Int(cpu.l2_bytes) / 2), ("L3", Int(cpu.l3_bytes) / 2), ("memory", beyond)]
      .filter { $0.1 > 0 }.map { read(from: $0.0, bytes: $0.1) }
  }()

  private static func read(from place: String, bytes: Int) -> KernelCase {
    KernelCase(plain: "stream", shape: place, work: .memory(read: bytes, written: 0)) {
      let memory = Memory.zeros(bytes)
      return {
        _ = yardstick_stream(memory.raw, bytes, memory.raw, 0)
        return RAMK_OK
      }
    }
  }
}
