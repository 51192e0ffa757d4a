#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension EvaluationReport {
  /// The report as a page for a browser: one file that needs no other and fetches nothing, with
  /// precision-recall curves, a table of labels that can be sorted, and the worst mistakes as pictures.
  ///
  /// - Parameters:
  ///   - title: what the page is called: the model's name, say.
  ///   - folder: where the photos are, for their thumbnails. A photo that can't be decoded is shown by its
  ///     path alone.
  /// - Complexity: decodes as many photos as there are mistakes.
  public func html(title: String, photosIn folder: URL) -> String {
    EvaluationPage(report: self, title: title, folder: folder).text
  }
}

/// Puts a report's page together.
struct EvaluationPage {
  let report: EvaluationReport
  let title: String
  let folder: URL

  var text: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>\(HTML.escaped(title)): tags measured</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <header><h1>\(HTML.escaped(title))</h1><p>\(summary)</p></header>
    <main>
    \(figures)\(curves)\(labelTable)
    \(mistakes("Wrong, and sure of it", report.falsePositives, Self.falseNote))
    \(mistakes("True, and missed", report.missedPositives, Self.missedNote))
    \(failures)\(unknownNames)
    </main>
    <footer><p>\(Self.definitions)</p></footer>
    <script>\(Self.script)</script>
    </body>
    </html>

    """
  }

  private static let falseNote =
    "Tags farthest above their threshold that are not true. Some are: "
    + "then it is the annotation that is wrong."
  private static let missedNote = "What is true and farthest below its threshold."
  private static let definitions = """
    Mean average precision, CP and CR are those of the official evaluator of recognize-anything: not \
    interpolated, and a label that no photo has counts as 0. A photo counts for a label only where its \
    annotation tells whether the label is true. Small figures are intervals from samples of the photos.
    """

  private var summary: String {
    let options = report.options
    let at =
      options.tagging.threshold.map { "one threshold, \($0)" } ?? "each label's own threshold"
    let rule = options.rule == .above ? "above" : "at or above"
    return "\(report.overall.photoCount) photos, \(report.overall.labelCount) labels; "
      + "a label is a tag \(rule) \(at)."
  }

  // MARK: - Figures

  private var figures: String {
    let groups = [report.overall] + report.groups.filter { $0.photoCount > 0 }
    var metrics: [Metric] = []
    for metric in groups.flatMap(\.measurements).map(\.metric) where !metrics.contains(metric) {
      metrics.append(metric)
    }
    guard !metrics.isEmpty else { return "" }
    var html =
      "<section><h2>Figures</h2><div class=\"wide\"><table class=\"figures\"><thead><tr><th></th>"
    for group in groups {
      html +=
        "<th>\(HTML.escaped(group.name ?? "all labels"))<small>\(size(of: group))</small></th>"
    }
    html += "</tr></thead><tbody>"
    for metric in metrics {
      html += "<tr><th>\(HTML.escaped(metric.title))</th>"
      for group in groups {
        let measurement = group.measurements.first { $0.metric == metric }
        html += "<td>\(measurement.map(cell) ?? "")</td>"
      }
      html += "</tr>"
    }
    return html + "</tbody></table></div></section>"
  }

  private func size(of group: EvaluationReport.Group) -> String {
    var parts = ["\(group.photoCount) photos"]
    if let vocabulary = group.vocabulary {
      parts.append("\(vocabulary.labels.count) of \(vocabulary.nameCount) labels")
    }
    if group.answerCount > 0 { parts.append("\(group.answerCount) answers") }
    return parts.joined(separator: "<br>")
  }

  private func cell(_ measurement: EvaluationReport.Measurement) -> String {
    let interval = measurement.interval.map {
      "<small>\(FigureText.percent($0.lowerBound)) – \(FigureText.percent($0.upperBound))</small>"
    }
    return FigureText.percent(measurement.value) + (interval ?? "")
  }

  private var curves: String {
    guard report.labels.contains(where: { $0.scores.positives > 0 }) else { return "" }
    return """
      <section><h2>Precision and recall</h2>
      <p>The strong line is all labels taken for one, the dot where their thresholds put it; each thin line \
      is a label.</p>
      \(CurveDrawing.large(report.labels))</section>
      """
  }

  // MARK: - Labels

  private static let columns = [
    "label", "with", "without", "AP", "precision", "recall", "F1", "threshold",
  ]

  private var labelTable: String {
    // Those that most photos have come first: there is most to be learned from them.
    let shown = report.labels.filter { $0.scores.positives + $0.counts.falsePositives > 0 }
      .sorted { ($1.scores.positives, $0.index) < ($0.scores.positives, $1.index) }
    guard !shown.isEmpty else { return "" }
    var html = "<section><h2>Labels</h2>"
    let hidden = report.labels.count - shown.count
    html += "<p class=\"tools\"><input id=\"filter\" type=\"search\" placeholder=\"Find a label\" "
    html += "aria-label=\"Find a label\">"
    if hidden > 0 { html += " \(hidden) more are on no photo, and rightly never a tag." }
    html += "</p><div class=\"wide\"><table id=\"labels\"><thead><tr>"
    for column in Self.columns {
      html += "<th aria-sort=\"none\"><button type=\"button\">\(column)</button></th>"
    }
    html += "<th>curve</th></tr></thead><tbody>"
    return html + shown.map(row).joined() + "</tbody></table></div></section>"
  }

  private func row(_ figures: EvaluationReport.LabelFigures) -> String {
    let counts = figures.counts
    var html = "<tr><th>\(HTML.escaped(figures.label.name))</th>"
    for count in [figures.scores.positives, figures.scores.negatives] {
      html += "<td>\(count)</td>"
    }
    for share in [figures.averagePrecision, counts.precision, counts.recall, counts.f1] {
      html += "<td>\(FigureText.percent(share))</td>"
    }
    html += "<td>\(FigureText.decimals(Double(figures.threshold), 3))</td>"
    return html
      + "<td>\(figures.scores.positives > 0 ? CurveDrawing.small(figures) : "")</td></tr>\n"
  }

  // MARK: - Photos

  private func mistakes(
    _ heading: String, _ mistakes: [EvaluationReport.Mistake], _ note: String
  ) -> String {
    guard !mistakes.isEmpty else { return "" }
    var html = "<section><h2>\(heading)</h2><p>\(note)</p><div class=\"mistakes\">"
    for mistake in mistakes {
      let file = Tagger.file(mistake.path, in: folder)
      let picture = Thumbnail.dataURI(of: file, preparation: report.options.tagging.preparation)
      let image =
        picture.map { "<img loading=\"lazy\" alt=\"\(HTML.escaped(mistake.path))\" src=\"\($0)\">" }
        ?? "<div class=\"none\">can’t be shown</div>"
      html += """
        <figure>\(image)<figcaption><b>\(HTML.escaped(mistake.label.name))</b>\
        <span>score \(Self.score(mistake.score)), threshold \
        \(FigureText.decimals(Double(mistake.threshold), 3))</span>\
        <small>\(HTML.escaped(mistake.path))</small></figcaption></figure>

        """
    }
    return html + "</div></section>"
  }

  private static func score(_ score: Float) -> String {
    score > 0 && score < 0.0005 ? "&lt; 0.001" : FigureText.decimals(Double(score), 3)
  }

  private var failures: String {
    guard !report.failures.isEmpty else { return "" }
    let items = report.failures.map { failure in
      "<li><b>\(HTML.escaped(failure.path))</b> \(HTML.escaped(failure.error.message))</li>"
    }
    return "<section><h2>Photos that could not be measured</h2><ul>\(items.joined())</ul></section>"
  }

  private var unknownNames: String {
    guard !report.unknownNames.isEmpty else { return "" }
    let items = report.unknownNames.map { name in
      "<li>\(HTML.escaped(name.name)) <small>\(name.lines)×</small></li>"
    }
    return """
      <section><h2>Names that no label has</h2>
      <p>What the annotations say of these counts for nothing.</p>
      <ul class="names">\(items.joined())</ul></section>
      """
  }
}
