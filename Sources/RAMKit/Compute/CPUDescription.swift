import CRAMKernels

/// The CPU as the kernels see it, and which kernel serves each operation on it.
public struct CPUDescription: Sendable, Hashable, Codable {
  /// A kernel that exists, whether or not this CPU can run it.
  public struct Kernel: Sendable, Hashable, Codable {
    /// The operation: "gemm", "layer_norm", "window_attention", ...
    public var operation: String
    /// The number format: "float32", ...
    public var precision: String
    /// The implementation: "generic", "avx2", "avx512", ...
    public var implementation: String
    /// The C symbol, to search for in the sources.
    public var symbol: String
    /// The instruction sets that it needs, by name; empty for none.
    public var needs: [String]
    /// Those of ``needs`` that this CPU, or its operating system, lacks.
    public var lacks: [String]
    /// Whether it is for the architecture that this program was built for.
    public var isBuilt: Bool
    /// Whether it is built and this CPU can run it.
    public var isRunnable: Bool
    /// Whether it is the one that runs.
    public var isServing: Bool
    /// Why it serves or does not.
    public var reason: String
  }

  /// The maker: "AuthenticAMD"; empty where unknown.
  public var vendor: String
  /// The marketing name; empty where unknown.
  public var model: String
  /// The instruction sets that the CPU has, the system has enabled, and RAMKit has a use for.
  public var features: [String]
  /// A core's first-level data cache, in bytes; 0 where unknown.
  public var level1DataBytes: Int
  /// A core's second-level cache, in bytes; 0 where unknown.
  public var level2Bytes: Int
  /// The last-level cache that a core sees, in bytes; 0 where unknown.
  public var level3Bytes: Int
  /// Physical cores that this process may use, by affinity and quota.
  public var usableCores: Int
  /// Threads that a kernel runs on.
  public var threads: Int
  /// What parallel loops run on: "openmp", "dispatch" or "threads".
  public var threadsBackend: String
  /// Every kernel, in the registry's order.
  public var kernels: [Kernel]

  /// Detects the CPU, as a model would.
  ///
  /// - Parameter threads: as ``ModelOptions/threads``.
  /// - Throws: ``RAMKitError/unavailableImplementation(name:reason:)`` where
  ///   `RAMKIT_FORCE_IMPLEMENTATION` asks for what is not there.
  public init(threads: Int? = nil) throws(RAMKitError) {
    try self.init(ComputeContext(threads: threads))
  }

  /// What serves a model.
  package init(_ compute: ComputeContext) throws(RAMKitError) {
    let cpu = compute.raw.pointee.cpu
    vendor = Self.text(cpu.vendor)
    model = Self.text(cpu.model)
    features = Self.features(of: cpu)
    level1DataBytes = Int(cpu.l1d_bytes)
    level2Bytes = Int(cpu.l2_bytes)
    level3Bytes = Int(cpu.l3_bytes)
    usableCores = Int(ramk_cpu_usable_cores())
    self.threads = compute.threads
    threadsBackend = String(cString: ramk_threads_backend())
    kernels = []
    for index in 0..<ramk_kernel_count() {
      kernels.append(try Self.kernel(index, compute: compute))
    }
  }

  private static func kernel(
    _ index: Int, compute: ComputeContext
  ) throws(RAMKitError) -> Kernel {
    var raw = ramk_kernel_description()
    try ComputeContext.check(
      ramk_kernel_describe(compute.raw, index, &raw), "describing kernel \(index)")
    return Kernel(
      operation: String(cString: raw.operation),
      precision: String(cString: ramk_precision_name(raw.precision)),
      implementation: String(cString: ramk_implementation_name(raw.implementation)),
      symbol: String(cString: raw.symbol),
      needs: words(String(cString: raw.needs)), lacks: words(text(raw.lacks)),
      isBuilt: raw.built, isRunnable: raw.runnable, isServing: raw.serving,
      reason: String(cString: raw.why))
  }

  private static func features(of cpu: ramk_cpu) -> [String] {
    var found: [String] = []
    withUnsafePointer(to: cpu) { cpu in
      var present = false
      var index = 0
      while let word = ramk_cpu_feature(cpu, index, &present) {
        if present { found.append(String(cString: word)) }
        index += 1
      }
    }
    return found
  }

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  /// A C string in an array, which Swift sees as a tuple.
  private static func text<Tuple>(_ tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
