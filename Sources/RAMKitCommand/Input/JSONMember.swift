/// Finds a member of a JSON object as the text that it was written as, so that it can be echoed
/// without a digit changed.
enum JSONMember {
  /// The text of member `name` of the object that `json` is; nil if it has none. `json` has to be
  /// valid JSON, which is not checked again.
  static func text(of name: String, in json: [UInt8]) -> String? {
    var position = 0
    skip(to: UInt8(ascii: "{"), in: json, &position)
    while position < json.count, json[position] != UInt8(ascii: "}") {
      // Now at the "{" or the "," in front of a member.
      skip(to: UInt8(ascii: "\""), in: json, &position)
      let keyStart = position + 1
      skipString(in: json, &position)
      guard keyStart < position else { return nil }
      let isWanted = json[keyStart..<position - 1].elementsEqual(name.utf8)
      skip(to: UInt8(ascii: ":"), in: json, &position)
      let start = position + 1
      skipValue(in: json, &position)
      if isWanted { return trimmed(json[min(start, position)..<position]) }
    }
    return nil
  }

  /// Whether a comma stands in front of a closing bracket, which is no JSON, though Foundation lets
  /// it pass.
  static func hasTrailingComma(_ json: [UInt8]) -> Bool {
    var position = 0
    var isBehindComma = false
    while position < json.count {
      let byte = json[position]
      if byte == UInt8(ascii: "\"") {
        skipString(in: json, &position)
        isBehindComma = false
        continue
      }
      if isBehindComma, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { return true }
      if !blanks.contains(byte) { isBehindComma = byte == UInt8(ascii: ",") }
      position += 1
    }
    return false
  }

  private static let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]

  private static func skip(to byte: UInt8, in json: [UInt8], _ position: inout Int) {
    while position < json.count, json[position] != byte { position += 1 }
  }

  /// From an opening quote to behind the closing one.
  private static func skipString(in json: [UInt8], _ position: inout Int) {
    position += 1
    while position < json.count, json[position] != UInt8(ascii: "\"") {
      position += json[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position + 1, json.count)
  }

  /// From a colon to the comma or brace behind its value.
  private static func skipValue(in json: [UInt8], _ position: inout Int) {
    var depth = 0
    position += 1
    while position < json.count {
      switch json[position] {
      case UInt8(ascii: "\""):
        skipString(in: json, &position)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
      case UInt8(ascii: ",") where depth == 0: return
      default: break
      }
      position += 1
    }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes
    while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
