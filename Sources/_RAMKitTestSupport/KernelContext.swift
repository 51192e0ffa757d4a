import CRAMKernels

/// The implementations that this CPU and this build can run: arguments of a kernel's tests.
package struct RunnableImplementation: Sendable, Hashable, CustomStringConvertible {
  package let implementation: ramk_implementation

  package var description: String { name(of: implementation) }

  /// Those with float32 kernels of their own.
  package static let all = KernelVariant.all.filter { $0.precision == RAMK_FLOAT32 }
    .map { RunnableImplementation(implementation: $0.implementation) }
}

/// What the CPU is taken for where dot products of bfloat16 numbers and of bytes are concerned: `none`
/// has neither (but Arm's of signed bytes), and `fast` has fast ones of bfloat16 where it has any.
package enum DotProducts: Sendable, CaseIterable { case asDetected, none, fast }

/// One kernel of the product and of what is made of products: an implementation, a precision, and
/// the variant that serves CPUs without an optional instruction.
package struct KernelVariant: Sendable, Hashable, CustomStringConvertible {
  package let implementation: ramk_implementation
  package let precision: ramk_precision
  package let symbol: String
  package let dotProducts: DotProducts

  package var description: String { symbol }
  package var implementationName: String { name(of: implementation) }

  /// Every product kernel that some CPU with no more than this one's instructions would be served.
  package static let all: [KernelVariant] = {
    var variants: [KernelVariant] = []
    for dotProducts in DotProducts.allCases {
      for raw in 0..<RAMK_IMPLEMENTATION_COUNT.rawValue {
        let implementation = ramk_implementation(rawValue: raw)
        for precision in [RAMK_FLOAT32, RAMK_BFLOAT16, RAMK_INT8] {
          guard
            let symbol = servingProduct(implementation, precision, dotProducts),
            !variants.contains(where: { $0.symbol == symbol })
          else { continue }
          variants.append(
            KernelVariant(
              implementation: implementation, precision: precision, symbol: symbol,
              dotProducts: dotProducts))
        }
      }
    }
    return variants
  }()

  /// Those that models in bfloat16 run on: an implementation's best on this CPU.
  package static let servingBfloat16 = serving(RAMK_BFLOAT16)

  /// Those that models in int8 run on.
  package static let servingInt8 = serving(RAMK_INT8)

  /// Those that attention is made of.
  package static let ofAttention = all.filter { $0.precision != RAMK_INT8 }

  private static func serving(_ precision: ramk_precision) -> [KernelVariant] {
    all.filter { $0.precision == precision && $0.dotProducts == .asDetected }
  }

  /// The kernel of the implementation itself; nil where it has none that can run.
  private static func servingProduct(
    _ implementation: ramk_implementation, _ precision: ramk_precision, _ dotProducts: DotProducts
  ) -> String? {
    var context = ramk_context()
    var cpu = detectedCPU(dotProducts)
    guard ramk_context_init_for_cpu(&context, &cpu, implementation, 1) == RAMK_OK else {
      return nil
    }
    for index in 0..<ramk_kernel_count() {
      var kernel = ramk_kernel_description()
      guard ramk_kernel_describe(&context, index, &kernel) == RAMK_OK else { continue }
      if kernel.serving, kernel.precision == precision, kernel.implementation == implementation,
        String(cString: kernel.operation) == "gemm"
      {
        return String(cString: kernel.symbol)
      }
    }
    return nil
  }
}

private func name(of implementation: ramk_implementation) -> String {
  ramk_implementation_name(implementation).map { String(cString: $0) } ?? "unknown"
}

private func detectedCPU(_ dotProducts: DotProducts) -> ramk_cpu {
  var cpu = ramk_cpu()
  ramk_cpu_detect(&cpu)
  switch dotProducts {
  case .asDetected: break
  case .none:
    (cpu.avx512_bf16, cpu.avx512_bf16_fast, cpu.neon_bf16) = (false, false, false)
    (cpu.avx512_vnni, cpu.avx_vnni, cpu.neon_i8mm) = (false, false, false)
  case .fast: cpu.avx512_bf16_fast = cpu.avx512_bf16
  }
  return cpu
}

/// A context of one implementation that stays at one address for as long as a test needs it.
package final class KernelContext {
  package let pointer: UnsafeMutablePointer<ramk_context>

  /// What tests of products ask for.
  package let precision: ramk_precision

  package init(_ implementation: RunnableImplementation, threads: UInt32 = 1) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: ramk_context())
    precision = RAMK_FLOAT32
    let status = ramk_context_init_forced(pointer, implementation.implementation, threads)
    precondition(status == RAMK_OK, "\(implementation) was listed as runnable")
  }

  package init(_ variant: KernelVariant, threads: UInt32 = 1) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: ramk_context())
    precision = variant.precision
    var cpu = detectedCPU(variant.dotProducts)
    let status = ramk_context_init_for_cpu(pointer, &cpu, variant.implementation, threads)
    precondition(status == RAMK_OK, "\(variant) was listed as runnable")
  }

  deinit { pointer.deallocate() }

  /// Weights [n, k] as this context's product reads them, between fences.
  package func prepared(_ weights: [Float], n: Int, k: Int) -> GuardedBuffer {
    let bytes = ramk_matrix_prepared_size(pointer, precision, n, k)
    let buffer = GuardedBuffer(byteCount: bytes, alignment: 64)
    let status = ramk_matrix_prepare(
      pointer, precision, n, k, weights, k, buffer.start, bytes)
    precondition(status == RAMK_OK, String(cString: ramk_status_description(status)))
    return buffer
  }
}
