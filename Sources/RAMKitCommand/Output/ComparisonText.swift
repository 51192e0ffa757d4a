import RAMKit

/// A comparison as tables for people.
enum ComparisonText {
  /// Lines of a table: what moved most says the rest.
  private static let lines = 10

  static func page(_ comparison: AnswerComparison) -> String {
    let labels = comparison.labels.prefix(lines).filter { $0.logits.maximum > 0 }
    var text = summary(comparison)
    if !labels.isEmpty { text += "\n" + table(labels) }
    if !comparison.changes.isEmpty { text += "\n" + changes(comparison.changes) }
    if !comparison.failures.isEmpty {
      text += "\n\(comparison.failures.count) photos could not be compared\n"
    }
    return text
  }

  private static func summary(_ comparison: AnswerComparison) -> String {
    let (own, other) = (
      comparison.model.precision.rawValue, comparison.reference.precision.rawValue
    )
    let logits = comparison.logits
    let seconds = [comparison.medianSeconds, comparison.referenceMedianSeconds]
      .map { "\(fixed($0 * 1e3, 1)) ms" }
    var fields = [
      (
        "  logits moved by",
        "\(fixed(logits.rootMeanSquare, 3)) root mean square, \(fixed(logits.mean, 3)) mean, "
          + "\(fixed(logits.maximum, 3)) at most; \(other)'s deviate by "
          + fixed(comparison.referenceDeviation, 3)
      ),
      (
        "  tags",
        "\(comparison.commonTags) stay, \(comparison.appearedCount) appear, "
          + "\(comparison.vanishedCount) vanish; F1 \(EvaluationText.percent(comparison.f1))"
      ),
    ]
    if let first = comparison.changes.last, let last = comparison.changes.first {
      fields.append(
        (
          "  those that change",
          "\(TextFormat.decimals(first.margin)) to \(TextFormat.decimals(last.margin)) from their "
            + "threshold in \(other)"
        ))
    }
    fields.append(("  a photo", "\(seconds[0]), in \(other) \(seconds[1])"))
    return
      "\(own) against \(other): \(comparison.photoCount) photos, \(comparison.labels.count) labels\n"
      + FieldText.lines(fields)
  }

  private static func table(_ labels: [AnswerComparison.LabelMovement]) -> String {
    let width = max(22, labels.map(\.label.name.count).max() ?? 0)
    var text =
      EvaluationText.padded("labels that moved most", width)
      + "  root mean square     mean  at most\n"
    for label in labels {
      text += EvaluationText.padded(label.label.name, width)
      text += EvaluationText.right(fixed(label.logits.rootMeanSquare, 3), 18)
      text += EvaluationText.right(fixed(label.logits.mean, 3), 9)
      text += EvaluationText.right(fixed(label.logits.maximum, 3), 9) + "\n"
    }
    return text
  }

  private static func changes(_ changes: [AnswerComparison.TagChange]) -> String {
    var text = "surest tags that changed: score before, now, threshold\n"
    for change in changes.prefix(lines) {
      let scores = [change.referenceScore, change.score, change.threshold]
        .map(TextFormat.decimals).joined(separator: "  ")
      text += "  \(scores)  \(change.label.name)  \(change.photo)\n"
    }
    let hidden = changes.count - lines
    return hidden > 0 ? text + "  and \(hidden) more\n" : text
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    BenchmarkText.fixed(value, decimals)
  }
}
