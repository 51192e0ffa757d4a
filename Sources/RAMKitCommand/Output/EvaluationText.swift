import RAMKit

/// A report as tables for people.
enum EvaluationText {
  static func page(_ report: EvaluationReport) -> String {
    var text = summary(report.overall, title: "all labels")
    for group in report.groups where group.photoCount > 0 {
      text += "\n" + summary(group, title: group.name ?? "")
    }
    // Of thousands of labels, most are neither on any photo nor ever a tag.
    let shown = report.labels.filter { $0.scores.positives + $0.counts.falsePositives > 0 }
    if !shown.isEmpty { text += "\n" + table(shown) }
    let hidden = report.labels.count - shown.count
    if hidden > 0 { text += "\n\(hidden) more labels are on no photo, and rightly never a tag\n" }
    if !report.failures.isEmpty {
      text += "\n\(report.failures.count) photos could not be measured\n"
    }
    return text
  }

  private static func summary(_ group: EvaluationReport.Group, title: String) -> String {
    var counts = "\(group.photoCount) photos"
    if group.labelCount > 0 {
      counts += ", \(group.labelCount) labels, \(group.labelsWithPositives) of them on some photo"
    }
    if group.answerCount > 0 { counts += ", \(group.answerCount) answers" }
    if let vocabulary = group.vocabulary, vocabulary.labels.count < vocabulary.nameCount {
      counts += "; the model has \(vocabulary.labels.count) of its \(vocabulary.nameCount) names"
    }
    let fields = group.measurements.map { measurement in
      let interval = measurement.interval.map {
        "   \(percent($0.lowerBound)) to \(percent($0.upperBound))"
      }
      return ("  " + measurement.metric.title, percent(measurement.value) + (interval ?? ""))
    }
    return "\(title): \(counts)\n" + FieldText.lines(fields)
  }

  private static func table(_ labels: [EvaluationReport.LabelFigures]) -> String {
    let width = max(5, labels.map(\.label.name.count).max() ?? 0)
    var text =
      padded("label", width) + "  with  without     AP      P      R     F1  threshold\n"
    for figures in labels {
      let counts = figures.counts
      text += padded(figures.label.name, width)
      text += right("\(figures.scores.positives)", 6) + right("\(figures.scores.negatives)", 9)
      for value in [figures.averagePrecision, counts.precision, counts.recall, counts.f1] {
        text += right(percent(value), 7)
      }
      text += right(TextFormat.decimals(figures.threshold), 11) + "\n"
    }
    return text
  }

  static func percent(_ share: Double) -> String { FigureText.percent(share) }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
