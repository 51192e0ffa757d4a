import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct PeakTests {
  /// Multiply-adds of `turns` turns; nil where the call failed.
  private func count(
    _ context: KernelContext, _ precision: ramk_precision, turns: Int
  ) -> UInt64? {
    var multiplyAdds: UInt64 = 1
    let status = ramk_peak(context.pointer, precision, turns, &multiplyAdds)
    return status == RAMK_OK ? multiplyAdds : nil
  }

  /// The sums count by themselves, so a turn is exact, and the same on every thread.
  @Test(arguments: KernelVariant.all, [1, 3] as [UInt32])
  func turnsAddUp(_ variant: KernelVariant, _ threads: UInt32) throws {
    let context = KernelContext(variant, threads: threads)
    let one = try #require(count(context, variant.precision, turns: 1))
    #expect(one > 0)
    for turns in [0, 2, 7] {
      #expect(count(context, variant.precision, turns: turns) == UInt64(turns) * one)
    }
    // A turn is long enough for a clock, but on tiles in plain C, which nobody times.
    if variant.implementation != RAMK_AMX_EMULATED { #expect(one >= 100_000) }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    withExtendedLifetime(context) {
      var multiplyAdds: UInt64 = 0
      #expect(ramk_peak(context.pointer, RAMK_FLOAT32, 1, nil) == RAMK_INVALID_ARGUMENT)
      #expect(ramk_peak(nil, RAMK_FLOAT32, 1, &multiplyAdds) == RAMK_IMPLEMENTATION_UNAVAILABLE)
      let status = ramk_peak(context.pointer, RAMK_PRECISION_COUNT, 1, &multiplyAdds)
      #expect(status == RAMK_IMPLEMENTATION_UNAVAILABLE)
    }
  }

  /// A product is held against what its own instruction can do, so both come and go together.
  @Test func everyProductKernelHasAPeak() {
    let context = KernelContext(RunnableImplementation.all[0])
    let kernels = withExtendedLifetime(context) { RegistryTests.descriptions(context.pointer) }
    func names(of operation: String) -> Set<String> {
      Set(
        kernels.filter { String(cString: $0.operation) == operation }.map {
          String(cString: $0.symbol).dropFirst("ramk_\(operation)_".count) + ": "
            + String(cString: $0.needs)
        })
    }
    #expect(names(of: "peak") == names(of: "gemm"))
  }
}
