import CRAMKernels
import Testing

@Suite struct CPUDecodingTests {
  /// Leaves as (leaf, subleaf, eax, ebx, ecx, edx).
  typealias Dump = [(UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)]

  static func decode(_ dump: Dump, xcr0: UInt64) -> ramk_cpu {
    let leaves = dump.map {
      ramk_cpuid_leaf(leaf: $0.0, subleaf: $0.1, eax: $0.2, ebx: $0.3, ecx: $0.4, edx: $0.5)
    }
    var cpu = ramk_cpu()
    ramk_cpu_decode(leaves, leaves.count, xcr0, &cpu)
    return cpu
  }

  static func text(_ tuple: some Any) -> String {
    withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// A virtual machine on an AMD EPYC 7003 (Zen 3), as it answered.
  static let milan: Dump = [
    (0, 0, 0xd, 0x6874_7541, 0x444d_4163, 0x6974_6e65),
    (1, 0, 0xa0_0f11, 0x102_0800, 0xfffa_3203, 0x178b_fbff),
    (4, 0, 0, 0, 0, 0),
    (7, 0, 0, 0x219c_07ab, 0x40_0684, 0x10),
    (7, 1, 0, 0, 0, 0),
    (0x8000_0002, 0, 0x2044_4d41, 0x4359_5045, 0, 0),
    (0x8000_0003, 0, 0, 0, 0, 0),
    (0x8000_0004, 0, 0, 0, 0, 0),
    (0x8000_001d, 0, 0x121, 0x1c0_003f, 0x3f, 0),
    (0x8000_001d, 1, 0x122, 0x1c0_003f, 0x3f, 0),
    (0x8000_001d, 2, 0x143, 0x1c0_003f, 0x3ff, 2),
    (0x8000_001d, 3, 0x4163, 0x3c0_003f, 0x7fff, 1),
    (0x8000_001d, 4, 0, 0, 0, 0),
  ]

  @Test func zen3() {
    let cpu = Self.decode(Self.milan, xcr0: 7)
    #expect(Self.text(cpu.vendor) == "AuthenticAMD")
    #expect(Self.text(cpu.model) == "AMD EPYC")
    #expect(cpu.avx2 && cpu.fma && cpu.f16c)
    #expect(!cpu.avx512f && !cpu.avx512bw && !cpu.avx512dq && !cpu.avx512vl)
    #expect(!cpu.avx512_bf16 && !cpu.avx512_vnni)
    #expect(!cpu.amx_tile && !cpu.amx_bf16 && !cpu.amx_int8 && !cpu.neon)
    #expect(cpu.l1d_bytes == 32 << 10 && cpu.l2_bytes == 512 << 10 && cpu.l3_bytes == 32 << 20)
  }

  /// Registers that the operating system doesn't save must not be used, whatever the CPU has.
  @Test func nothingWideWithoutTheOperatingSystem() {
    for xcr0: UInt64 in [0, 1, 3, 5] {
      let cpu = Self.decode(Self.milan, xcr0: xcr0)
      #expect(!cpu.avx2 && !cpu.fma && !cpu.f16c, "xcr0 \(xcr0)")
    }
    var withoutXSAVE = Self.milan
    withoutXSAVE[1].4 &= ~(1 << 27)
    #expect(!Self.decode(withoutXSAVE, xcr0: 7).avx2)
  }

  /// A server with all that the kernels know of, from the bits in the manuals: AVX-512 with BF16 and
  /// VNNI, AMX, and Intel's cache leaf.
  static let everything: Dump = [
    (0, 0, 0x20, 0x756e_6547, 0x6c65_746e, 0x4965_6e69),
    (1, 0, 0, 0, 1 << 12 | 1 << 27 | 1 << 28 | 1 << 29, 0),
    (4, 0, 0x21, 0x2c0_003f, 0x3f, 0),
    (4, 1, 0x22, 0x1c0_003f, 0x3f, 0),
    (4, 2, 0x43, 0x3c0_003f, 0x7ff, 0),
    (4, 3, 0x63, 0x380_003f, 0x1ffff, 0),
    (7, 0, 1, 1 << 5 | 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31, 1 << 11, 1 << 22 | 1 << 24 | 1 << 25),
    (7, 1, 1 << 5, 0, 0, 0),
  ]

  @Test func serverWithAMX() {
    let cpu = Self.decode(Self.everything, xcr0: 0x600e7)
    #expect(Self.text(cpu.vendor) == "GenuineIntel")
    #expect(Self.text(cpu.model) == "")
    #expect(cpu.avx2 && cpu.fma && cpu.avx512f && cpu.avx512bw && cpu.avx512dq && cpu.avx512vl)
    #expect(cpu.avx512_bf16 && cpu.avx512_vnni && cpu.amx_tile && cpu.amx_bf16 && cpu.amx_int8)
    #expect(cpu.l1d_bytes == 48 << 10 && cpu.l2_bytes == 2 << 20 && cpu.l3_bytes == 120 << 20)
  }

  @Test func wideRegistersOneByOne() {
    let withoutTiles = Self.decode(Self.everything, xcr0: 0xe7)
    #expect(withoutTiles.avx512f && withoutTiles.avx512_bf16)
    #expect(!withoutTiles.amx_tile && !withoutTiles.amx_bf16 && !withoutTiles.amx_int8)
    let withoutZmm = Self.decode(Self.everything, xcr0: 0x600_07)
    #expect(withoutZmm.avx2 && !withoutZmm.avx512f && !withoutZmm.avx512_vnni)
    #expect(!withoutZmm.avx512_bf16 && withoutZmm.amx_tile)
    for missing: UInt64 in [0x20, 0x40, 0x80] {
      #expect(!Self.decode(Self.everything, xcr0: 0x600e7 & ~missing).avx512bw)
    }
  }

  /// Dot products of bfloat16 pay on AMD's CPUs, and are slower than float32's on Intel's.
  @Test func bfloat16PaysOrNot() {
    #expect(!Self.decode(Self.everything, xcr0: 0x600e7).avx512_bf16_fast)
    var byAMD = Self.everything
    byAMD[0] = Self.milan[0]
    #expect(Self.decode(byAMD, xcr0: 0xe7).avx512_bf16_fast)
    byAMD[7].2 = 0
    #expect(!Self.decode(byAMD, xcr0: 0xe7).avx512_bf16_fast)
  }

  /// Names are padded with blanks, and may fill their 48 bytes without a zero.
  @Test func modelNames() {
    func words(_ text: String) -> [UInt32] {
      let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 48 - text.utf8.count)
      return (0..<12).map { word in
        (0..<4).reduce(0) { $0 | UInt32(bytes[word * 4 + $1]) << UInt32(8 * $1) }
      }
    }
    let full = String(repeating: "x", count: 48)
    for (raw, name) in [("   A CPU  ", "A CPU"), (full, full), ("      ", ""), ("", "")] {
      let w = words(raw)
      let cpu = Self.decode(
        [
          (0x8000_0002, 0, w[0], w[1], w[2], w[3]), (0x8000_0003, 0, w[4], w[5], w[6], w[7]),
          (0x8000_0004, 0, w[8], w[9], w[10], w[11]),
        ], xcr0: 0)
      #expect(Self.text(cpu.model) == name)
    }
  }

  @Test func emptyAndHostileDumps() {
    let nothing = Self.decode([], xcr0: .max)
    #expect(Self.text(nothing.vendor) == "" && !nothing.avx2 && nothing.l2_bytes == 0)
    let ones: Dump = [
      (0, 0, .max, .max, .max, .max), (1, 0, .max, .max, .max, .max),
      (4, 0, 0x23, .max, .max, .max), (7, 0, .max, .max, .max, .max),
    ]
    let cpu = Self.decode(ones, xcr0: .max)
    #expect(cpu.avx512f && cpu.l1d_bytes == .max)
  }

  /// What is detected is what the dump of this very machine decodes to.
  @Test func detectionIsDecoding() {
    var leaves = [ramk_cpuid_leaf](repeating: ramk_cpuid_leaf(), count: 40)
    var xcr0: UInt64 = 0
    let count = ramk_cpu_read_leaves(&leaves, leaves.count, &xcr0)
    #expect(count < leaves.count)
    var detected = ramk_cpu()
    ramk_cpu_detect(&detected)
    #if arch(x86_64)
      var decoded = ramk_cpu()
      ramk_cpu_decode(leaves, count, xcr0, &decoded)
      #expect(count > 0 && Self.text(detected.vendor) != "")
      #expect(Self.text(decoded.vendor) == Self.text(detected.vendor))
      #expect(decoded.avx2 == detected.avx2 && decoded.l3_bytes == detected.l3_bytes)
      #expect(ramk_cpu_read_leaves(&leaves, 1, &xcr0) == 1)
    #else
      #expect(count == 0 && xcr0 == 0)
    #endif
  }
}
