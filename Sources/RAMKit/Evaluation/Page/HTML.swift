/// Text as it may stand in an HTML document.
enum HTML {
  /// Text between tags or in quotes: nothing in it can end either. Control characters, which HTML does not
  /// allow, become the replacement character.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Figures as people read them.
package enum FigureText {
  /// A share in hundredths with one decimal: 0.8214 is "82.1".
  package static func percent(_ share: Double) -> String {
    decimals(share * 100, 1)
  }

  /// A number with so many decimals.
  static func decimals(_ value: Double, _ count: Int) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "–" }
    var scale = 1
    for _ in 0..<count { scale *= 10 }
    let rounded = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && rounded > 0 ? "-" : ""
    guard count > 0 else { return "\(sign)\(rounded)" }
    let digits = String(rounded % scale)
    let zeros = String(repeating: "0", count: count - digits.count)
    return "\(sign)\(rounded / scale).\(zeros)\(digits)"
  }
}
