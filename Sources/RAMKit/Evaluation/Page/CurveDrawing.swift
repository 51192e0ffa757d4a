/// Precision-recall curves as SVG: recall to the right, precision upward.
enum CurveDrawing {
  /// The width and height of the plane that curves are drawn in.
  private struct Plane {
    let left: Double
    let top: Double
    let width: Double
    let height: Double

    func point(_ recall: Double, _ precision: Double) -> String {
      let x = left + recall * width
      let y = top + (1 - precision) * height
      return "\(FigureText.decimals(x, 1)) \(FigureText.decimals(y, 1))"
    }

    /// A line through points of the curve, those left out that nobody would see.
    func path(_ curve: [RankedScores.CurvePoint]) -> String {
      var text = ""
      var last: RankedScores.CurvePoint?
      for (index, point) in curve.enumerated() {
        if let last, index + 1 < curve.count, abs(point.recall - last.recall) < 0.01,
          abs(point.precision - last.precision) < 0.01
        {
          continue
        }
        // A curve starts at the left edge, as precise as its first point.
        if last == nil { text = "M" + self.point(0, point.precision) }
        text += "L" + self.point(point.recall, point.precision)
        last = point
        // Beyond the last photo that has the label, precision only falls.
        if point.recall == 1 { break }
      }
      return text
    }
  }

  /// A label's curve, small enough for a row of a table, with a dot where its threshold puts it.
  static func small(_ figures: EvaluationReport.LabelFigures) -> String {
    let plane = Plane(left: 2, top: 2, width: 76, height: 32)
    let dot = dot(figures.counts, in: plane, radius: 2.5)
    return """
      <svg class="small" viewBox="0 0 80 36" role="img" aria-label="precision-recall curve">\
      <rect class="frame" x="1" y="1" width="78" height="34"/>\
      <path class="curve" d="\(plane.path(figures.scores.curve))"/>\(dot)</svg>
      """
  }

  /// All labels' curves behind the one of all labels pooled.
  static func large(_ labels: [EvaluationReport.LabelFigures]) -> String {
    let plane = Plane(left: 46, top: 12, width: 560, height: 330)
    let pooled = RankedScores(labels.lazy.flatMap(\.scores.entries))
    let counts = labels.reduce(ConfusionCounts()) { $0 + $1.counts }
    var svg = "<svg class=\"large\" viewBox=\"0 0 620 392\" role=\"img\" "
    svg += "aria-label=\"precision-recall curves of all labels\">"
    svg += grid(plane)
    // Thousands of lines would only be a grey area.
    for figures in labels.filter({ $0.scores.positives > 0 }).prefix(120) {
      svg += "<path class=\"faint\" d=\"\(plane.path(figures.scores.curve))\">"
      svg += "<title>\(HTML.escaped(figures.label.name))</title></path>"
    }
    svg += "<path class=\"curve\" d=\"\(plane.path(pooled.curve))\"/>"
    return svg + dot(counts, in: plane, radius: 5) + "</svg>"
  }

  private static func grid(_ plane: Plane) -> String {
    var svg = ""
    for step in 0...5 {
      let share = Double(step) / 5
      let from = plane.point(0, share)
      let x = FigureText.decimals(plane.left + share * plane.width, 1)
      let y = FigureText.decimals(plane.top + (1 - share) * plane.height, 1)
      svg += "<path class=\"grid\" d=\"M\(from)L\(plane.point(1, share))\"/>"
      svg += "<path class=\"grid\" d=\"M\(plane.point(share, 0))L\(plane.point(share, 1))\"/>"
      svg += "<text x=\"38\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(step * 20)</text>"
      svg += "<text x=\"\(x)\" y=\"360\" text-anchor=\"middle\">\(step * 20)</text>"
    }
    svg += "<text x=\"326\" y=\"382\" text-anchor=\"middle\">recall, %</text>"
    return svg
      + "<text transform=\"translate(11 177) rotate(-90)\" text-anchor=\"middle\">precision, %</text>"
  }

  /// Where the thresholds put the tags; nothing where there are none.
  private static func dot(
    _ counts: ConfusionCounts, in plane: Plane, radius: Double
  ) -> String {
    guard counts.truePositives + counts.falsePositives > 0 else { return "" }
    let place = plane.point(counts.recall, counts.precision).split(separator: " ")
    return "<circle class=\"dot\" cx=\"\(place[0])\" cy=\"\(place[1])\" r=\"\(radius)\"/>"
  }
}
