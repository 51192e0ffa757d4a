import CYardsticks

/// The yardstick of work that waits for memory: as many bytes, read and written as fast as they go.
final class Stream {
  private let work: Work
  private let input: Memory
  private let output: Memory

  init(_ work: Work) {
    self.work = work
    input = .zeros(work.read)
    output = .zeros(work.written)
  }

  /// Bytes/s of one pass, in time on the core.
  func rate() -> Double {
    let start = yardstick_core_seconds()
    _ = yardstick_stream(input.raw, work.read, output.raw, work.written)
    return Double(work.read + work.written) / (yardstick_core_seconds() - start)
  }
}
