/// What a recorder saw of some runs, and what it comes to.
struct BenchmarkRuns: Sendable {
  /// A run with a label set that was not asked for before.
  var warm: [StageRecorder.Lap]
  /// Runs with labels whose own work was kept.
  var counted: [[StageRecorder.Lap]]
  var batchSize: Int

  /// Seconds a photo of each counted run.
  var seconds: [Double] {
    counted.map { run in run.reduce(0) { $0 + perPhoto($1.duration) } }
  }

  /// The stages in the order of the warm run. Those that the counted runs have are as in the median
  /// run, or the mean of the two in the middle; the others are done once a label set.
  var stages: [BenchmarkReport.Stage] {
    let all = Self.gathered(warm)
    let order = counted.indices.sorted { seconds[$0] < seconds[$1] }
    let middle = [order[(order.count - 1) / 2], order[order.count / 2]].map {
      Dictionary(Self.gathered(counted[$0])) { first, _ in first }
    }
    return all.map { name, total in
      let both = middle.compactMap { $0[name] }
      let isOnce = both.isEmpty
      // Label-only work is a label set's, however many photos the batch has.
      let seconds =
        isOnce
        ? total.duration / .seconds(1)
        : both.reduce(0) { $0 + perPhoto($1.duration) } / Double(both.count)
      let photos = isOnce ? 1 : Double(batchSize)
      return .init(
        name: name, seconds: seconds, gigaflop: Double(total.work) / photos / 1e9,
        isOncePerLabelSet: isOnce)
    }
  }

  private func perPhoto(_ duration: Duration) -> Double {
    duration / .seconds(1) / Double(batchSize)
  }

  /// Steps of one stage together, in the order in which stages first come.
  private static func gathered(
    _ laps: [StageRecorder.Lap]
  ) -> [(name: String, total: StageRecorder.Lap)] {
    var order: [String] = []
    var totals: [String: StageRecorder.Lap] = [:]
    for lap in laps {
      if totals[lap.stage] == nil { order.append(lap.stage) }
      totals[lap.stage, default: .init(name: lap.stage)].duration += lap.duration
      totals[lap.stage]?.work += lap.work
    }
    return order.compactMap { name in totals[name].map { (name, $0) } }
  }
}
