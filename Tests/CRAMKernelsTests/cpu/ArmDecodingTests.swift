import CRAMKernels
import Testing
import _RAMKitTestSupport

/// Made-up 64-bit Arm machines: bits of the auxiliary vector, and a folder with the files of /sys.
@Suite struct ArmDecodingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let hwcap: (neon: UInt64, dotprod: UInt64) = (1 << 1, 1 << 20)
  static let hwcap2: (i8mm: UInt64, bf16: UInt64) = (1 << 13, 1 << 14)

  func decode(_ hwcap: UInt64 = 0, _ hwcap2: UInt64 = 0) -> ramk_cpu {
    var cpu = ramk_cpu()
    cpu.avx2 = true  // to be overwritten
    ramk_cpu_decode_arm(hwcap, hwcap2, folder.url.path, &cpu)
    return cpu
  }

  func write(_ text: String, core: Int, _ name: String) throws {
    try folder.write(text + "\n", to: "sys/devices/system/cpu/cpu\(core)/\(name)")
  }

  func writeCore(_ core: Int, midr: String, caches: [(level: Int, type: String, size: String)])
    throws
  {
    try write(midr, core: core, "regs/identification/midr_el1")
    for (index, cache) in caches.enumerated() {
      try write("\(cache.level)", core: core, "cache/index\(index)/level")
      try write(cache.type, core: core, "cache/index\(index)/type")
      try write(cache.size, core: core, "cache/index\(index)/size")
    }
  }

  @Test func instructionSetsOneByOne() {
    let nothing = decode()
    #expect(!nothing.neon && !nothing.neon_bf16 && !nothing.avx2)
    let plain = decode(Self.hwcap.neon)
    #expect(plain.neon && !plain.neon_dotprod && !plain.neon_i8mm && !plain.neon_bf16)
    #expect(decode(Self.hwcap.neon | Self.hwcap.dotprod).neon_dotprod)
    let bf16 = decode(Self.hwcap.neon, Self.hwcap2.bf16)
    #expect(bf16.neon_bf16 && !bf16.neon_i8mm)
    #expect(decode(Self.hwcap.neon, Self.hwcap2.i8mm).neon_i8mm)
    #expect(!decode(~Self.hwcap.neon, .max).neon_bf16)
  }

  @Test func aServer() throws {
    try writeCore(
      0, midr: "0x00000000410fd4f0",
      caches: [
        (1, "Data", "64K"), (1, "Instruction", "32K"), (2, "Unified", "2048K"),
        (3, "Unified", "116736K"),
      ])
    let cpu = decode(.max, .max)
    #expect(CPUDecodingTests.text(cpu.vendor) == "ARM")
    #expect(CPUDecodingTests.text(cpu.model) == "Neoverse V2")
    #expect(cpu.l1d_bytes == 64 << 10 && cpu.l2_bytes == 2 << 20 && cpu.l3_bytes == 114 << 20)
  }

  /// The fastest core is described, wherever it stands.
  @Test func unlikeCores() throws {
    for core in 0..<4 {
      try writeCore(core, midr: "0x00000000412fd050", caches: [(1, "Data", "32K")])
      try write("411", core: core, "cpu_capacity")
    }
    try writeCore(4, midr: "0x00000000414fd0b1", caches: [(1, "Data", "64K")])
    try write("1024", core: 4, "cpu_capacity")
    let cpu = decode(Self.hwcap.neon)
    #expect(CPUDecodingTests.text(cpu.model) == "Cortex-A76" && cpu.l1d_bytes == 64 << 10)
  }

  @Test func whatIsUnknownOrNonsense() throws {
    let absent = decode(Self.hwcap.neon)
    #expect(CPUDecodingTests.text(absent.vendor) == "" && absent.l2_bytes == 0)
    #expect(CPUDecodingTests.text(absent.model) == "")
    try writeCore(
      0, midr: "0x0000000041ffffff",
      caches: [(1, "Data", "many"), (2, "Unified", "4294967295K"), (9, "Unified", "7K")])
    let cpu = decode(Self.hwcap.neon)
    #expect(CPUDecodingTests.text(cpu.vendor) == "ARM")
    #expect(CPUDecodingTests.text(cpu.model) == "part 0xfff")
    #expect(cpu.l1d_bytes == 0 && cpu.l2_bytes == .max && cpu.l3_bytes == 0)
    try write("nonsense", core: 0, "regs/identification/midr_el1")
    #expect(CPUDecodingTests.text(decode().vendor) == "")
  }
}
