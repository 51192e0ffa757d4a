/// How far figures might move had other photos of the same kind been measured.
///
/// The photos are drawn anew, with replacement, as many as there are; the middle share of what
/// comes out is the interval (the percentile bootstrap of Efron, 1979).
struct Bootstrap {
  let samples: Int
  let confidence: Double
  let seed: UInt64

  /// An interval for each of the figures that `measure` gives for photos of these weights.
  ///
  /// - Parameter measure: how often each photo is there, to figures, always as many. NaN where there is
  ///   none in this sample.
  func intervals(photos: Int, measure: ([Int]) -> [Double]) -> [ClosedRange<Double>?] {
    guard photos > 1, samples > 1 else { return [] }
    var random = SeededRandom(seed: seed)
    var columns: [[Double]] = []
    for _ in 0..<samples {
      var weights = [Int](repeating: 0, count: photos)
      for _ in 0..<photos { weights[random.below(photos)] += 1 }
      let figures = measure(weights)
      if columns.isEmpty { columns = Array(repeating: [], count: figures.count) }
      for (index, figure) in figures.enumerated() where !figure.isNaN {
        columns[index].append(figure)
      }
    }
    return columns.map(interval)
  }

  private func interval(_ values: [Double]) -> ClosedRange<Double>? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let tail = (1 - confidence) / 2
    return Self.quantile(tail, of: sorted)...Self.quantile(1 - tail, of: sorted)
  }

  /// Linear between neighbours.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    let part = position - Double(below)
    return sorted[below] * (1 - part) + sorted[below + 1] * part
  }
}
