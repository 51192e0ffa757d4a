/// A JSON value whose members keep their order, and its text.
///
/// Floats are written with as many digits as it takes to read the same float back.
enum JSON {
  case null
  case bool(Bool)
  case integer(Int)
  case float(Float)
  case double(Double)
  case string(String)
  case array([JSON])
  case object([(name: String, value: JSON)])
  /// A value that is JSON already.
  case verbatim(String)

  static func integers(_ values: [Int]) -> JSON {
    .array(values.map { .integer($0) })
  }

  /// The value on one line.
  var line: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// The value with a member a line, for people; arrays of plain values stay on one line.
  var page: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += value.description
    // JSON knows neither infinities nor NaN.
    case .float(let value): text += value.isFinite ? value.description : "null"
    case .double(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, to: &text)
    case .verbatim(let value): text += value
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += ", " }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += ", " }
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private func write(to text: inout String, indentation: Int) {
    let margin = "\n" + String(repeating: "  ", count: indentation + 1)
    switch self {
    case .array(let values) where !values.allSatisfy(\.isPlain):
      text += "["
      for (index, value) in values.enumerated() {
        text += index > 0 ? "," + margin : margin
        value.write(to: &text, indentation: indentation + 1)
      }
      text += margin.dropLast(2) + "]"
    case .object(let members) where !members.isEmpty:
      text += "{"
      for (index, member) in members.enumerated() {
        text += index > 0 ? "," + margin : margin
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text, indentation: indentation + 1)
      }
      text += margin.dropLast(2) + "}"
    default:
      write(to: &text)
    }
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }) {
      for scalar in value.unicodeScalars { escape(scalar, to: &text) }
    } else {
      text += value
    }
    text += "\""
  }

  private static func escape(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F:
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: text.unicodeScalars.append(scalar)
    }
  }
}
