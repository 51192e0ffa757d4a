import Foundation

/// Pieces of SVG.
enum SVG {
  /// A number with one decimal: a tenth of a pixel is more than anyone sees.
  static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  static func text(
    _ text: String, _ place: (x: Double, y: Double), class name: String = "",
    anchor: String = "start", turned degrees: Double = 0
  ) -> String {
    let turn =
      degrees == 0
      ? "" : " transform=\"rotate(\(number(degrees)) \(number(place.x)) \(number(place.y)))\""
    return "<text x=\"\(number(place.x))\" y=\"\(number(place.y))\" class=\"\(name)\" "
      + "text-anchor=\"\(anchor)\"\(turn)>\(escaped(text))</text>\n"
  }

  static func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), class name: String
  ) -> String {
    "<path class=\"\(name)\" d=\"M\(number(from.x)) \(number(from.y))"
      + "L\(number(to.x)) \(number(to.y))\"/>\n"
  }

  /// A rate as people read it: "1.03 T", "249 G".
  static func rate(_ value: Double) -> String {
    let (scaled, unit) =
      value >= 1e12 ? (value / 1e12, "T") : value >= 1e9 ? (value / 1e9, "G") : (value / 1e6, "M")
    return String(format: scaled < 10 ? "%.2f" : "%.0f", scaled) + " " + unit
  }
}
