import Records

/// What results are beside thresholds.
struct Verdict {
  var worse: [(record: Record, threshold: Double)] = []
  var better: [(record: Record, threshold: Double)] = []
  /// Without a threshold.
  var unknown: [Record] = []
  /// How many are neither.
  var within = 0
  /// How many thresholds nothing was held against.
  var notMeasured = 0

  /// Better ones are good news, but should raise their threshold, or what was won can be lost unseen.
  var isFine: Bool { worse.isEmpty && unknown.isEmpty }

  func text(cpu: CPU, date: String) -> String {
    var lines = [
      "\(cpu.name) (\(cpu.family)), thresholds of \(date): \(within) as before, \(worse.count) worse, "
        + "\(better.count) better, \(unknown.count) without a threshold, \(notMeasured) not measured"
    ]
    lines += worse.map { "worse: " + Self.line($0.record, $0.threshold) }
    lines += better.map { "better: " + Self.line($0.record, $0.threshold) }
    lines += unknown.map { "no threshold: \($0.name)" }
    if !better.isEmpty || !unknown.isEmpty { lines.append("'Report update' takes them over.") }
    return lines.joined(separator: "\n")
  }

  private static func line(_ record: Record, _ threshold: Double) -> String {
    let share = (1000 * record.share).rounded() / 10
    let yardstick =
      switch record.yardstick {
      case .arithmetic: "the multiply-add peak"
      case .memory: "streaming"
      }
    return "\(record.name): \(share) % of \(yardstick), was \(threshold) %"
  }
}
