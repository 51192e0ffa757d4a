import Benchmark
import CRAMKernels
import CYardsticks

/// Every kernel of the registry that this CPU can run, at the sizes that models ask for, on one core.
let benchmarks: @Sendable () -> Void = {
  for sample in Streams.cases + Photos.cases {
    Trial(sample, RAMK_GENERIC, RAMK_FLOAT32).register()
  }
  let cases =
    Products.cases + Fused.cases + Swin.cases + Attention.cases + Rows.cases + Convolutions.cases
  // The peak is measured beside every other kernel.
  let known = Set(cases.compactMap(\.kernel) + ["peak"])
  for implementation in implementations {
    for precision in [RAMK_FLOAT32, RAMK_BFLOAT16, RAMK_INT8] {
      let operations = Context.operations(of: implementation, precision)
      for sample in cases where sample.precision ?? precision == precision {
        guard sample.kernel.map(operations.contains) ?? false else { continue }
        Trial(sample, implementation, precision).register()
      }
      for operation in operations.subtracting(known).sorted() {
        Benchmark("\(operation)") { $0.error("has a kernel but no benchmark: add a case") }
      }
    }
  }
  guard yardstick_has_openblas(),
    let best = implementations.last(where: { Context($0, RAMK_FLOAT32) != nil })
  else { return }
  for sample in Products.openBLAS {
    Trial(sample, best, RAMK_FLOAT32, rival: "OpenBLAS").register()
  }
}

/// All but tiles in plain C, which are for tests.
private let implementations = (0..<RAMK_IMPLEMENTATION_COUNT.rawValue)
  .map { ramk_implementation(rawValue: $0) }.filter { $0 != RAMK_AMX_EMULATED }
