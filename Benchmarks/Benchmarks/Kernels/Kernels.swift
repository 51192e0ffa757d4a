import Benchmark
import CRAMKernels
import CYardsticks

private let speed = BenchmarkMetric.custom("FLOP/s", polarity: .prefersLarger)
private let traffic = BenchmarkMetric.custom("bytes/s", polarity: .prefersLarger)
private let share = BenchmarkMetric.custom(
  "% of multiply-add peak", polarity: .prefersLarger, useScalingFactor: false)

/// Every kernel of the registry that this CPU can run, at the sizes that models ask for, on one core.
let benchmarks: @Sendable () -> Void = {
  for sample in Photos.cases { register(sample, RAMK_GENERIC, RAMK_FLOAT32) }
  let cases =
    Products.cases + Fused.cases + Swin.cases + Attention.cases + Rows.cases + Convolutions.cases
  // The peak is measured beside every other kernel.
  let known = Set(cases.compactMap(\.kernel) + ["peak"])
  for implementation in implementations {
    for precision in [RAMK_FLOAT32, RAMK_BFLOAT16, RAMK_INT8] {
      let operations = Context.operations(of: implementation, precision)
      for sample in cases where sample.precision ?? precision == precision {
        guard sample.kernel.map(operations.contains) ?? false else { continue }
        register(sample, implementation, precision)
      }
      for operation in operations.subtracting(known).sorted() {
        Benchmark("\(operation)") { $0.error("has a kernel but no benchmark: add a case") }
      }
    }
  }
  if yardstick_has_openblas() {
    for size in Products.sizes { registerOpenBLAS(size) }
  }
}

/// All but tiles in plain C, which are for tests.
private let implementations = (0..<RAMK_IMPLEMENTATION_COUNT.rawValue)
  .map { ramk_implementation(rawValue: $0) }.filter { $0 != RAMK_AMX_EMULATED }

private func configuration(_ work: KernelCase.Work) -> Benchmark.Configuration {
  let metrics: [BenchmarkMetric] =
    switch work {
    case .flop: [.wallClock, speed, share]
    case .bytes: [.wallClock, traffic]
    }
  return .init(metrics: metrics, warmupIterations: 2, maxDuration: .seconds(1))
}

private func register(
  _ sample: KernelCase, _ implementation: ramk_implementation, _ precision: ramk_precision
) {
  let words = [ramk_precision_name(precision), ramk_implementation_name(implementation)]
    .compactMap { $0.map { String(cString: $0) } }
  let variant = sample.kernel == nil ? [] : words
  let name = ([sample.operation, sample.shape] + variant).joined(separator: " ")
  Benchmark(name, configuration: configuration(sample.work)) { benchmark, state in
    guard let (context, call) = state else {
      return benchmark.error("the implementation can't be run")
    }
    measure(benchmark, sample.work, context) { call() == RAMK_OK }
  } setup: {
    Context(implementation, precision).map { ($0, sample.prepare($0)) }
  }
}

private func registerOpenBLAS(_ size: Products.Size) {
  Benchmark(
    "gemm \(size) float32 OpenBLAS", configuration: configuration(.flop(size.flop))
  ) { benchmark, state in
    let (context, a, weights, out) = state
    guard let context else { return benchmark.error("no implementation can be run") }
    measure(benchmark, .flop(size.flop), context) {
      yardstick_sgemm(size.m, size.n, size.k, a.floats, weights.floats, out.floats)
    }
  } setup: {
    (
      implementations.lazy.reversed().compactMap { Context($0, RAMK_FLOAT32) }.first,
      Memory.floats(size.m * size.k), Memory.floats(size.n * size.k),
      Memory.floats(size.m * size.n)
    )
  }
}

/// Times one call, and right before it the peak, so that both see the same clock speed; both in time
/// on the core, so that neither sees other processes but through shared caches.
private func measure(
  _ benchmark: Benchmark, _ work: KernelCase.Work, _ context: Context, _ call: () -> Bool
) {
  let peak = if case .flop = work { context.peak() } else { 0.0 }
  benchmark.startMeasurement()
  let start = yardstick_core_seconds()
  let succeeded = call()
  let seconds = yardstick_core_seconds() - start
  benchmark.stopMeasurement()
  guard succeeded else { return benchmark.error("the call failed") }
  switch work {
  case .flop(let flop):
    let rate = Double(flop) / seconds
    benchmark.measurement(speed, Int(rate))
    benchmark.measurement(share, Int((100 * rate / peak).rounded()))
  case .bytes(let bytes):
    benchmark.measurement(traffic, Int(Double(bytes) / seconds))
  }
}
