import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct RegistryTests {
  static func descriptions(_ context: UnsafePointer<ramk_context>) -> [ramk_kernel_description] {
    (0..<ramk_kernel_count()).map {
      var description = ramk_kernel_description()
      #expect(ramk_kernel_describe(context, $0, &description) == RAMK_OK)
      return description
    }
  }

  @Test func namesAreFoundAgain() {
    for raw in 0..<RAMK_IMPLEMENTATION_COUNT.rawValue {
      let implementation = ramk_implementation(rawValue: raw)
      var found = RAMK_IMPLEMENTATION_COUNT
      #expect(
        ramk_implementation_named(ramk_implementation_name(implementation), &found) == RAMK_OK)
      #expect(found == implementation)
    }
    var untouched = RAMK_NEON
    for name in ["", "avx", "AVX2", "avx2 ", "avx5120"] {
      #expect(ramk_implementation_named(name, &untouched) == RAMK_UNKNOWN_IMPLEMENTATION)
    }
    #expect(untouched == RAMK_NEON)
    #expect(ramk_implementation_named(nil, &untouched) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_implementation_named("avx2", nil) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_implementation_name(RAMK_IMPLEMENTATION_COUNT) == nil)
    #expect(ramk_precision_name(RAMK_PRECISION_COUNT) == nil)
    #expect(ramk_precision_name(RAMK_BFLOAT16).map { String(cString: $0) } == "bfloat16")
  }

  /// Generic code runs anywhere, so every operation has a float32 kernel that serves, in every
  /// context, and exactly one.
  @Test(arguments: RunnableImplementation.all)
  func everyOperationIsServedOnce(_ implementation: RunnableImplementation) {
    let context = KernelContext(implementation)
    withExtendedLifetime(context) {
      let all = Self.descriptions(context.pointer).filter { $0.precision == RAMK_FLOAT32 }
      let operations = Set(all.map { String(cString: $0.operation) })
      #expect(operations.count >= 8)
      for operation in operations {
        let kernels = all.filter { String(cString: $0.operation) == operation }
        #expect(kernels.filter(\.serving).count == 1, "\(operation)")
        #expect(kernels.contains { $0.implementation == RAMK_GENERIC && $0.runnable })
        #expect(kernels.allSatisfy { !$0.serving || $0.runnable })
        #expect(
          kernels.allSatisfy {
            !$0.serving || $0.implementation.rawValue <= implementation.implementation.rawValue
          })
      }
    }
  }

  @Test func symbolsAndReasons() {
    let context = KernelContext(RunnableImplementation.all[0])
    let all = withExtendedLifetime(context) { Self.descriptions(context.pointer) }
    #expect(Set(all.map { String(cString: $0.symbol) }).count == all.count)
    for kernel in all {
      let symbol = String(cString: kernel.symbol)
      #expect(symbol.hasPrefix("ramk_" + String(cString: kernel.operation)))
      let name = ramk_implementation_name(kernel.implementation).map { String(cString: $0) }
      #expect(symbol.contains("_" + (name ?? "?")))
      #expect(!String(cString: kernel.why).isEmpty)
      let isPlain = [RAMK_GENERIC, RAMK_AMX_EMULATED].contains(kernel.implementation)
      #expect(String(cString: kernel.needs).isEmpty == isPlain)
    }
    // With generic forced, a better one that could run says why it does not serve.
    for kernel in all where kernel.implementation != RAMK_GENERIC {
      #expect(!kernel.serving)
      if kernel.runnable { #expect(String(cString: kernel.why).contains("forced")) }
    }
  }

  /// What a CPU lacks makes a kernel unavailable, and is said.
  @Test func lackingFeatures() {
    var context = ramk_context()
    #expect(ramk_context_init_forced(&context, RAMK_GENERIC, 1) == RAMK_OK)
    context.cpu = ramk_cpu()
    for kernel in Self.descriptions(&context) {
      let (needs, lacks) = (String(cString: kernel.needs), Self.lacks(kernel))
      #expect(lacks == needs)
      guard !needs.isEmpty else { continue }
      #expect(!kernel.runnable && !kernel.serving)
      #expect(!String(cString: kernel.why).contains("forced"))
    }
  }

  static func lacks(_ kernel: ramk_kernel_description) -> String {
    withUnsafeBytes(of: kernel.lacks) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// A CPU with fewer instructions gets what it can run, and one with more than this is not believed.
  @Test func otherCPUs() {
    var context = ramk_context()
    var cpu = ramk_cpu()
    #expect(
      ramk_context_init_for_cpu(&context, &cpu, RAMK_NEON, 1) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(ramk_context_init_for_cpu(&context, &cpu, RAMK_GENERIC, 1) == RAMK_OK)
    ramk_cpu_detect(&cpu)
    (cpu.amx_tile, cpu.amx_bf16, cpu.avx512_bf16) = (true, true, true)
    (cpu.avx512f, cpu.avx512bw, cpu.avx512dq, cpu.avx512vl) = (true, true, true, true)
    let canRun = KernelVariant.all.contains { $0.implementation == RAMK_AMX }
    #expect((ramk_context_init_for_cpu(&context, &cpu, RAMK_AMX, 1) == RAMK_OK) == canRun)
    #expect(ramk_context_init_for_cpu(&context, nil, RAMK_GENERIC, 1) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_context_init_for_cpu(nil, &cpu, RAMK_GENERIC, 1) == RAMK_INVALID_ARGUMENT)
  }

  /// Emulated tiles are for tests: nobody gets them unasked.
  @Test func emulationIsNeverTheDefault() {
    for variant in KernelVariant.all where variant.implementation != RAMK_AMX_EMULATED {
      let context = KernelContext(variant)
      withExtendedLifetime(context) {
        for kernel in Self.descriptions(context.pointer) {
          #expect(!kernel.serving || kernel.implementation != RAMK_AMX_EMULATED)
        }
      }
    }
    #expect(KernelVariant.all.contains { $0.implementation == RAMK_AMX_EMULATED })
  }

  @Test func forcing() {
    var context = ramk_context()
    let runnable = Set(KernelVariant.all.map(\.implementation.rawValue))
    #expect(runnable.contains(RAMK_GENERIC.rawValue))
    for raw in 0..<RAMK_IMPLEMENTATION_COUNT.rawValue where !runnable.contains(raw) {
      let status = ramk_context_init_forced(&context, ramk_implementation(rawValue: raw), 1)
      #expect(status == RAMK_IMPLEMENTATION_UNAVAILABLE)
      #expect(context.threads == 0)  // a context that serves nothing
    }
    #expect(
      ramk_context_init_forced(&context, RAMK_IMPLEMENTATION_COUNT, 1) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_context_init_forced(nil, RAMK_GENERIC, 1) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_context_init(nil, 1) == RAMK_INVALID_ARGUMENT)
  }

  @Test func threadCounts() {
    var context = ramk_context()
    for (asked, got): (UInt32, UInt32) in [(1, 1), (5, 5), (.max, 1024)] {
      #expect(ramk_context_init_forced(&context, RAMK_GENERIC, asked) == RAMK_OK)
      #expect(context.threads == got)
    }
    #expect(ramk_context_init_forced(&context, RAMK_GENERIC, 0) == RAMK_OK)
    #expect(context.threads >= 1)
    #expect(["openmp", "dispatch", "threads"].contains(String(cString: ramk_threads_backend())))
  }

  @Test func describeRefusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    withExtendedLifetime(context) {
      var description = ramk_kernel_description()
      let count = ramk_kernel_count()
      #expect(ramk_kernel_describe(context.pointer, count, &description) == RAMK_INVALID_ARGUMENT)
      #expect(ramk_kernel_describe(nil, 0, &description) == RAMK_INVALID_ARGUMENT)
      #expect(ramk_kernel_describe(context.pointer, 0, nil) == RAMK_INVALID_ARGUMENT)
    }
  }

  @Test func statusesAreDescribed() {
    let all = [
      RAMK_OK, RAMK_INVALID_ARGUMENT, RAMK_SIZE_OVERFLOW, RAMK_WORKSPACE_TOO_SMALL,
      RAMK_NOT_PREPARED, RAMK_UNKNOWN_IMPLEMENTATION, RAMK_IMPLEMENTATION_UNAVAILABLE,
      ramk_status(rawValue: 99),
    ]
    #expect(Set(all.map { String(cString: ramk_status_description($0)) }).count == all.count)
  }
}
