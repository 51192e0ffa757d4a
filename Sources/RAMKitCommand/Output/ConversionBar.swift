import Foundation
import RAMKit
import Synchronization

/// A bar with the speed on standard error, where that is a terminal, drawn from any thread.
final class ConversionBar: Sendable {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

  init(isQuiet: Bool) {
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  /// Draws how far it has come, ten times a second at most.
  @Sendable func draw(_ progress: ModelConversion.Progress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    lastDrawn.withLock { last in
      if let last, now - last < .milliseconds(100) { return }
      last = now
      StandardError.write("\r\u{1B}[K" + Self.text(progress, elapsed: now - start))
    }
  }

  /// Takes the bar away, so that other text can be written in its place.
  func clear() {
    lastDrawn.withLock { last in
      guard last != nil else { return }
      last = nil
      StandardError.write("\r\u{1B}[K")
    }
  }

  static func text(_ progress: ModelConversion.Progress, elapsed: Duration) -> String {
    let width = 30
    let filled = Int(progress.fraction * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let megabytes = Double(progress.completedBytes) / 1e6
    let speed = Int(megabytes / max(elapsed / .seconds(1), 1e-3))
    return "[\(bar)] \(Int(progress.fraction * 100)) %  \(speed) MB/s"
  }
}
