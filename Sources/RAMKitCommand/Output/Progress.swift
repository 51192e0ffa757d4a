import Foundation

/// A bar with rate and time left on standard error, where that is a terminal.
struct Progress {
  private let total: Int?
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var done = 0

  /// - Parameter total: how many photos there are; nil if that is not known.
  init(total: Int?, isQuiet: Bool) {
    self.total = total
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1 && total != 1
  }

  /// Counts one photo more, and draws the bar, ten times a second at most.
  mutating func advance() {
    done += 1
    guard isShown else { return }
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(100), done != total { return }
    lastDrawn = now
    StandardError.write("\r\u{1B}[K" + Self.bar(done: done, total: total, elapsed: now - start))
  }

  /// Takes the bar away, so that other text can be written in its place.
  mutating func clear() {
    guard isShown, lastDrawn != nil else { return }
    lastDrawn = nil
    StandardError.write("\r\u{1B}[K")
  }

  static func bar(done: Int, total: Int?, elapsed: Duration) -> String {
    let seconds = max(elapsed / .seconds(1), 1e-3)
    let rate = Double(done) / seconds
    let speed = "\(decimal(rate))/s"
    guard let total, total > 0 else { return "\(done) photo\(done == 1 ? "" : "s")  \(speed)" }
    let width = 30
    let filled = min(width, done * width / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let left = done > 0 ? time(Int((Double(total - done) / rate).rounded(.up))) : "--:--"
    return "[\(bar)] \(done)/\(total)  \(speed)  \(left) left"
  }

  /// One decimal.
  private static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// "1:02:03" or "2:03".
  private static func time(_ seconds: Int) -> String {
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let minutes = "\(seconds / 60 % 60)"
    guard seconds >= 3_600 else { return "\(minutes):\(padded(seconds % 60))" }
    return "\(seconds / 3_600):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
  }
}
