#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Picks the mistakes that are worth a look: those farthest beyond the threshold, no more than a few of
/// one label, lest one bad label hide all others.
struct MistakeFinder {
  let falsePositives: [EvaluationReport.Mistake]
  let missedPositives: [EvaluationReport.Mistake]

  private static let mostOfALabel = 3

  init(labels: [EvaluationReport.LabelFigures], paths: [String], options: EvaluationOptions) {
    var wrong: [(margin: Double, mistake: EvaluationReport.Mistake)] = []
    var missed: [(margin: Double, mistake: EvaluationReport.Mistake)] = []
    for figures in labels {
      let tags = figures.scores.tagCount(threshold: figures.threshold, rule: options.rule)
      func mistakes(
        _ entries: some Sequence<RankedScores.Entry>
      ) -> [(margin: Double, mistake: EvaluationReport.Mistake)] {
        entries.prefix(Self.mostOfALabel).map { entry in
          let mistake = EvaluationReport.Mistake(
            photo: entry.photo, path: paths[entry.photo], label: figures.label,
            index: figures.index, score: entry.score, threshold: figures.threshold)
          return (abs(Self.logit(entry.score) - Self.logit(figures.threshold)), mistake)
        }
      }
      let entries = figures.scores.entries
      wrong += mistakes(entries[..<tags].lazy.filter { !$0.isPresent })
      missed += mistakes(entries[tags...].reversed().lazy.filter(\.isPresent))
    }
    falsePositives = Self.worst(wrong, options.mistakes)
    missedPositives = Self.worst(missed, options.mistakes)
  }

  private static func worst(
    _ mistakes: [(margin: Double, mistake: EvaluationReport.Mistake)], _ count: Int
  ) -> [EvaluationReport.Mistake] {
    let sorted = mistakes.sorted {
      $0.margin != $1.margin
        ? $0.margin > $1.margin
        : ($0.mistake.index, $0.mistake.photo) < ($1.mistake.index, $1.mistake.photo)
    }
    return sorted.prefix(count).map(\.mistake)
  }

  /// Finite also at 0 and 1.
  private static func logit(_ score: Float) -> Double {
    let score = min(max(Double(score), 1e-9), 1 - 1e-9)
    return log(score / (1 - score))
  }
}
