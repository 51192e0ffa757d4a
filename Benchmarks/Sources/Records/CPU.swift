import CRAMKernels

/// The CPU that was measured.
public struct CPU: Codable, Hashable, Sendable {
  /// The marketing name: "AMD EPYC".
  public var name: String

  /// What thresholds are kept by, and a file's name: vendor, family and model as CPUID tells and Linux' perf
  /// writes them, "AuthenticAMD-26-2"; on other architectures the name's words, "Neoverse-V2".
  public var family: String

  /// A CPU by name.
  public init(name: String, family: String) {
    self.name = name
    self.family = family
  }

  /// The one at hand.
  public static func detected() -> CPU {
    var cpu = ramk_cpu()
    ramk_cpu_detect(&cpu)
    let (vendor, model) = (text(cpu.vendor), text(cpu.model))
    let name = [model, vendor].first { !$0.isEmpty } ?? "unknown CPU"
    let parts = processorSignature().map { "\(vendor)-\($0.family)-\($0.model)" } ?? name
    let words = parts.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return CPU(name: name, family: words.joined(separator: "-"))
  }

  /// Family and model out of leaf 1, put together from their base and extended halves as AMD's and Intel's
  /// manuals say; nil without CPUID.
  private static func processorSignature() -> (family: UInt32, model: UInt32)? {
    var leaves = [ramk_cpuid_leaf](repeating: ramk_cpuid_leaf(), count: 40)
    var registers: UInt64 = 0
    let count = ramk_cpu_read_leaves(&leaves, leaves.count, &registers)
    guard let eax = leaves.prefix(count).first(where: { $0.leaf == 1 })?.eax else { return nil }
    let base = eax >> 8 & 15
    let family = base == 15 ? base + (eax >> 20 & 255) : base
    let isExtended = base == 6 || base == 15
    return (family, eax >> 4 & 15 | (isExtended ? eax >> 12 & 240 : 0))
  }

  /// A C string in an array, which Swift sees as a tuple.
  private static func text<Tuple>(_ tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
