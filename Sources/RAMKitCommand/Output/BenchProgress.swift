import Synchronization

/// The progress bar of a benchmark, whose runs end on another thread.
final class BenchProgress: Sendable {
  private let progress: Mutex<Progress>

  init(runs: Int, isQuiet: Bool) {
    progress = Mutex(Progress(total: runs, isQuiet: isQuiet))
  }

  /// One run more is done.
  var advance: @Sendable (Int) -> Void {
    { [self] _ in progress.withLock { $0.advance() } }
  }

  func clear() {
    progress.withLock { $0.clear() }
  }
}
