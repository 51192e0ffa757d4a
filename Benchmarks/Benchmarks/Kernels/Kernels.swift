import Benchmark
import CRAMKernels
import CYardsticks

private let speed = BenchmarkMetric.custom("FLOP/s", polarity: .prefersLarger)
private let traffic = BenchmarkMetric.custom("bytes/s", polarity: .prefersLarger)
private let share = BenchmarkMetric.custom(
  "% of multiply-add peak", polarity: .prefersLarger, useScalingFactor: false)

/// Every kernel of the registry that this CPU can run, at the sizes that models ask for, on one core.
let benchmarks: @Sendable () -> Void = {
  let cases = Products.cases + Attention.cases + Rows.cases + Convolutions.cases
  for value in 0..<RAMK_IMPLEMENTATION_COUNT.rawValue {
    let implementation = ramk_implementation(rawValue: value)
    let operations = Context.operations(of: implementation)
    for sample in cases where operations.contains(sample.operation) {
      register(sample, implementation)
    }
    for operation in operations.subtracting(cases.map(\.operation)).sorted() {
      Benchmark("\(operation)") { $0.error("has a kernel but no benchmark: add a case") }
    }
  }
  if yardstick_has_openblas() {
    for size in Products.sizes { registerOpenBLAS(size) }
  }
}

private func configuration(_ work: KernelCase.Work) -> Benchmark.Configuration {
  let metrics: [BenchmarkMetric] =
    switch work {
    case .flop: [.wallClock, speed, share]
    case .bytes: [.wallClock, traffic]
    }
  return .init(metrics: metrics, warmupIterations: 2, maxDuration: .seconds(1))
}

private func register(_ sample: KernelCase, _ implementation: ramk_implementation) {
  let name = ramk_implementation_name(implementation).map { String(cString: $0) } ?? "?"
  Benchmark(
    "\(sample.operation) \(sample.shape) \(name)", configuration: configuration(sample.work)
  ) { benchmark, call in
    measure(benchmark, sample.work, implementation) { call() == RAMK_OK }
  } setup: {
    guard let context = Context(implementation) else { return { RAMK_IMPLEMENTATION_UNAVAILABLE } }
    return sample.prepare(context)
  }
}

private func registerOpenBLAS(_ size: Products.Size) {
  Benchmark(
    "gemm \(size) OpenBLAS", configuration: configuration(.flop(size.flop))
  ) { benchmark, memory in
    let (a, weights, out) = memory
    measure(benchmark, .flop(size.flop), bestImplementation) {
      yardstick_sgemm(size.m, size.n, size.k, a.floats, weights.floats, out.floats)
    }
  } setup: {
    (
      Memory.floats(size.m * size.k), Memory.floats(size.n * size.k),
      Memory.floats(size.m * size.n)
    )
  }
}

private let bestImplementation: ramk_implementation = {
  let all = (0..<RAMK_IMPLEMENTATION_COUNT.rawValue).map { ramk_implementation(rawValue: $0) }
  return all.last { Context($0) != nil } ?? RAMK_GENERIC
}()

/// Times one call, and right before it the peak, so that both see the same clock speed; both in time
/// on the core, so that neither sees other processes but through shared caches.
private func measure(
  _ benchmark: Benchmark, _ work: KernelCase.Work, _ implementation: ramk_implementation,
  _ call: () -> Bool
) {
  var peak = 0.0
  if case .flop = work {
    let start = yardstick_core_seconds()
    let flop = yardstick_multiply_add(implementation, 2_000)
    peak = flop / (yardstick_core_seconds() - start)
  }
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
