import Records

/// Operations by colour, precisions by mark, and in a table how much of the yardstick they reach.
extension RooflineDrawing {
  private static let precisions = ["float32", "bfloat16", "int8"]
  private static let left = 884.0
  private static let columns = [1100.0, 1164, 1212]
  private static let rowHeight = 24.0

  var legend: String {
    var y = plane.top + 14
    var svg = SVG.text("median % of yardstick", (Self.left, y), class: "small")
    for (precision, x) in zip(Self.precisions, Self.columns) {
      svg += SVG.text(precision, (x, y), class: "small", anchor: "end")
      svg += mark("key", at: (x - 14, y - 22), precision)
    }
    let known = Look.families.flatMap(\.operations).map(\.name)
    let others = Set(roofline.points.map(\.record.operation)).subtracting(known).sorted()
    let rest = Look.Family(title: "others", operations: others.map { ($0, Look.unknown) })
    for family in Look.families + [rest] {
      let rows = family.operations.filter { operation in
        roofline.points.contains { $0.record.operation == operation.name }
      }
      if rows.isEmpty { continue }
      y += Self.rowHeight + 14
      svg += SVG.text(family.title, (Self.left, y), class: "head")
      for operation in rows {
        y += Self.rowHeight
        svg += row(operation.name, color: operation.color, y: y)
      }
    }
    return svg + note(y + 46)
  }

  private func row(_ operation: String, color: String, y: Double) -> String {
    var svg =
      "<rect fill=\"\(color)\" x=\"\(SVG.number(Self.left))\" y=\"\(SVG.number(y - 11))\" "
      + "width=\"12\" height=\"12\" rx=\"3\"/>\n"
    svg += SVG.text(
      operation.replacing("_", with: " "), (Self.left + 20, y))
    for (precision, x) in zip(Self.precisions, Self.columns) {
      let shares = roofline.points.map(\.record)
        .filter { $0.operation == operation && $0.precision == precision }.map(\.share).sorted()
      guard !shares.isEmpty else { continue }
      let median = (shares[(shares.count - 1) / 2] + shares[shares.count / 2]) / 2
      svg += SVG.text(
        "\(Int((100 * median).rounded()))", (x, y), class: "figure", anchor: "end")
    }
    return svg
  }

  private func note(_ y: Double) -> String {
    [
      "Yardsticks are measured right before each call:",
      "the core's multiply-adds on registers alone with the",
      "same instruction; for rows, reading and writing as",
      "many bytes. What caches hold may lie above",
      "memory's line.",
    ].enumerated().map { index, line in
      SVG.text(line, (Self.left, y + 17 * Double(index)), class: "small")
    }.joined()
  }

  private func mark(_ name: String, at place: (x: Double, y: Double), _ precision: String) -> String
  {
    "<g class=\"\(name)\" transform=\"translate(\(SVG.number(place.x)) \(SVG.number(place.y)))\">"
      + Look.mark(of: precision) + "</g>\n"
  }
}
