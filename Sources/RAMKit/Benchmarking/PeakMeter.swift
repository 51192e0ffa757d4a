import CRAMKernels

/// Measures what the CPU does at most, again and again, and keeps the best.
@ComputeActor
final class PeakMeter {
  /// FLOP/s.
  private(set) var best = 0.0

  private var context: ramk_context
  private let precision: Precision
  /// Turns that take about ``duration``.
  private var turns = 1

  /// Long enough for a clock that rises with load, short beside a run.
  private static let duration = Duration.milliseconds(20)

  init(_ compute: ComputeContext, threads: Int, precision: Precision) {
    context = compute.raw.pointee
    context.threads = UInt32(threads)
    self.precision = precision
  }

  func measure() throws(RAMKitError) {
    var elapsed = try run()
    // The first time, it isn't known how long a turn takes.
    while elapsed < Self.duration / 2 {
      turns *= 2
      elapsed = try run()
    }
  }

  private func run() throws(RAMKitError) -> Duration {
    var multiplyAdds: UInt64 = 0
    let start = ContinuousClock.now
    let status = ramk_peak(&context, precision.raw, turns, &multiplyAdds)
    let elapsed = ContinuousClock.now - start
    try ComputeContext.check(status, "measuring the peak")
    best = max(best, 2 * Double(multiplyAdds) / max(elapsed / .seconds(1), 1e-9))
    return elapsed
  }
}
