import Benchmark
import CRAMKernels
import CYardsticks
import Records

/// One benchmark: a case, and whose turn it is. Each call is timed right after its yardstick, so that both run
/// at the same clock speed, and in time on the core, so that other processes disturb neither but through
/// shared caches.
final class Trial: @unchecked Sendable {
  // @unchecked: a benchmark is set up, run and torn down one after the other.
  private let sample: KernelCase
  private let implementation: ramk_implementation
  private let precision: ramk_precision
  private let rival: String?
  private var context: Context?
  private var call: () -> ramk_status = { RAMK_IMPLEMENTATION_UNAVAILABLE }
  private var stream: Stream?
  private var calls: [(seconds: Double, peak: Double)] = []

  private static let speed = BenchmarkMetric.custom("FLOP/s", polarity: .prefersLarger)
  private static let traffic = BenchmarkMetric.custom("bytes/s", polarity: .prefersLarger)
  private static let shareOfPeak = BenchmarkMetric.custom(
    "% of multiply-add peak", polarity: .prefersLarger, useScalingFactor: false)
  private static let shareOfStream = BenchmarkMetric.custom(
    "% of streaming", polarity: .prefersLarger, useScalingFactor: false)

  /// - Parameter rival: the name of a library whose function the case calls: held against this
  ///   implementation's yardstick, and not recorded.
  init(
    _ sample: KernelCase, _ implementation: ramk_implementation, _ precision: ramk_precision,
    rival: String? = nil
  ) {
    self.sample = sample
    self.implementation = implementation
    self.precision = precision
    self.rival = rival
  }

  func register() {
    let metrics =
      switch sample.work.yardstick {
      case .arithmetic: [.wallClock, Self.speed, Self.shareOfPeak]
      case .memory: [.wallClock, Self.traffic, Self.shareOfStream]
      }
    let name = [sample.operation, sample.shape, precisionName, implementationName]
      .compactMap(\.self).joined(separator: " ")
    Benchmark(
      name,
      configuration: .init(metrics: metrics, warmupIterations: 0, maxDuration: .milliseconds(300))
    ) { benchmark in
      self.measure(benchmark)
    } setup: {
      self.prepare()
    } teardown: {
      try self.record()
    }
  }

  private var precisionName: String? {
    sample.kernel == nil && rival == nil
      ? nil : ramk_precision_name(precision).map { String(cString: $0) }
  }

  private var implementationName: String? {
    if let rival { return rival }
    return sample.kernel == nil
      ? nil : ramk_implementation_name(implementation).map { String(cString: $0) }
  }

  private func prepare() {
    guard let context = Context(implementation, precision) else { return }
    self.context = context
    call = sample.prepare(context)
    if sample.work.yardstick == .memory { stream = Stream(sample.work) }
    // The first calls fault memory in.
    for _ in 0..<2 { _ = call() }
  }

  private func measure(_ benchmark: Benchmark) {
    guard let context else { return benchmark.error("the implementation can't be run") }
    // Either of them has pushed the other's data out of the caches: what moves memory goes twice.
    if let stream { _ = stream.rate() }
    let peak = stream?.rate() ?? context.peak()
    if stream != nil { _ = call() }
    benchmark.startMeasurement()
    let start = yardstick_core_seconds()
    let status = call()
    let seconds = yardstick_core_seconds() - start
    benchmark.stopMeasurement()
    guard status == RAMK_OK else {
      return benchmark.error(String(cString: ramk_status_description(status)))
    }
    calls.append((seconds, peak))
    report(to: benchmark, seconds: seconds, peak: peak)
  }

  private func report(to benchmark: Benchmark, seconds: Double, peak: Double) {
    let (rate, share) =
      switch sample.work.yardstick {
      case .arithmetic: (Self.speed, Self.shareOfPeak)
      case .memory: (Self.traffic, Self.shareOfStream)
      }
    let done =
      sample.work.yardstick == .arithmetic ? sample.work.flop : sample.work.bytes(in: precision)
    benchmark.measurement(rate, Int(Double(done) / seconds))
    benchmark.measurement(share, Int((100 * Double(done) / seconds / peak).rounded()))
  }

  private func record() throws {
    guard rival == nil, !calls.isEmpty, let file = RecordFile.wanted else { return }
    try file.append(
      Record(
        cpu: .detected(), date: RecordFile.today, operation: sample.operation, shape: sample.shape,
        precision: precisionName, implementation: implementationName, flop: sample.work.flop,
        bytes: sample.work.bytes(in: precision), yardstick: sample.work.yardstick, calls: calls))
  }
}
