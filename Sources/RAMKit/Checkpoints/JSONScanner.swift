/// The strict JSON (RFC 8259) that a safetensors header is made of, piece by piece.
///
/// The caller knows what comes next and asks for it, so nothing is built that it did not ask for.
struct JSONScanner {
  private var cursor: ByteCursor

  init(_ bytes: [UInt8]) throws(CheckpointDefect) {
    // Except for white space, these may stand nowhere, whether within a string or outside.
    for byte in 0..<UInt8(0x20) where !Self.spaces.contains(byte) {
      guard let position = bytes[...].distance(to: byte) else { continue }
      throw CheckpointDefect("the JSON has a control character at byte \(position)")
    }
    cursor = ByteCursor(bytes)
  }

  private static let spaces: [UInt8] = [0x09, 0x0A, 0x0D]

  // MARK: Structure

  /// Calls `member` for each key of an object, with the scanner at the key's value.
  mutating func object(
    _ member: (String, inout JSONScanner) throws(CheckpointDefect) -> Void
  ) throws(CheckpointDefect) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(key, &self)
    } while take(",")
    try expect("}")
  }

  /// An array of whole numbers that are not negative, `limit` of them at most.
  mutating func integers(limit: Int) throws(CheckpointDefect) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var values: [Int] = []
    repeat {
      guard values.count < limit else {
        throw CheckpointDefect("more than \(limit) numbers in an array")
      }
      values.append(try integer())
    } while take(",")
    try expect("]")
    return values
  }

  /// Makes sure that nothing but white space is left.
  mutating func end() throws(CheckpointDefect) {
    cursor.skipSpace()
    guard cursor.peek == nil else { throw defect("the end") }
  }

  // MARK: Values

  mutating func string() throws(CheckpointDefect) -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while let part = cursor.take(through: UInt8(ascii: "\"")) {
      guard try !unescape(part, into: &bytes) else { continue }
      guard let text = strictUTF8(bytes) else {
        throw CheckpointDefect("a JSON string that is not UTF-8")
      }
      return text
    }
    throw defect("the end of a string")
  }

  private mutating func integer() throws(CheckpointDefect) -> Int {
    cursor.skipSpace()
    let start = cursor.position
    var value = 0
    while let byte = cursor.peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw CheckpointDefect("a number beyond 64 bits") }
      value = sum
      _ = cursor.next()
    }
    let digits = cursor.position - start
    guard digits > 0, digits == 1 || cursor.bytes[start] != UInt8(ascii: "0") else {
      throw defect("a whole number")
    }
    return value
  }

  /// Appends what `part` of a string stands for; true where its end was a quote that is escaped and
  /// the string goes on.
  private func unescape(
    _ part: ArraySlice<UInt8>, into bytes: inout [UInt8]
  ) throws(CheckpointDefect) -> Bool {
    guard Self.spaces.allSatisfy({ part.distance(to: $0) == nil }) else {
      throw CheckpointDefect("a control character in a JSON string")
    }
    guard part.distance(to: UInt8(ascii: "\\")) != nil else {
      bytes += part
      return false
    }
    var rest = part[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else {
        bytes.append(UInt8(ascii: "\""))
        return true
      }
      try unescape(escaped, &rest, into: &bytes)
    }
    return false
  }

  private func unescape(
    _ byte: UInt8, _ rest: inout ArraySlice<UInt8>, into bytes: inout [UInt8]
  ) throws(CheckpointDefect) {
    switch Unicode.Scalar(byte) {
    case "\\", "/": bytes.append(byte)
    case "b": bytes.append(0x08)
    case "f": bytes.append(0x0C)
    case "n": bytes.append(0x0A)
    case "r": bytes.append(0x0D)
    case "t": bytes.append(0x09)
    case "u": bytes.append(contentsOf: String(try scalar(&rest)).utf8)
    default: throw CheckpointDefect("an unknown escape in a JSON string")
    }
  }

  /// A scalar behind `\u`, or behind two of them that form a surrogate pair.
  private func scalar(_ rest: inout ArraySlice<UInt8>) throws(CheckpointDefect) -> Unicode.Scalar {
    let first = try hexadecimal(&rest)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, rest.popFirst() == UInt8(ascii: "\\"),
      rest.popFirst() == UInt8(ascii: "u"),
      case let second = try hexadecimal(&rest), (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw CheckpointDefect("half of a surrogate pair in a JSON string") }
    return scalar
  }

  private func hexadecimal(_ rest: inout ArraySlice<UInt8>) throws(CheckpointDefect) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = rest.popFirst().map(Unicode.Scalar.init).map(Character.init)?.hexDigitValue
      else { throw CheckpointDefect("an escape without four hexadecimal digits in a JSON string") }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  // MARK: Characters

  /// Takes `character` where it is what comes next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    cursor.skipSpace()
    guard cursor.peek == UInt8(ascii: character) else { return false }
    _ = cursor.next()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(CheckpointDefect) {
    guard take(character) else { throw defect("'\(character)'") }
  }

  private func defect(_ expected: String) -> CheckpointDefect {
    CheckpointDefect("the JSON lacks \(expected) at byte \(cursor.position)")
  }
}
