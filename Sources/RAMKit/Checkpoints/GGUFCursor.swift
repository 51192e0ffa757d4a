/// Reads the little-endian values of a GGUF header one after the other, never past the file's end.
struct GGUFCursor {
  let file: MappedFile
  private(set) var position = 0

  /// What is being read, for errors.
  var subject = "its header"

  init(_ file: MappedFile, at position: Int = 0) {
    self.file = file
    self.position = position
  }

  private var remaining: Int { file.size - position }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(CheckpointDefect) -> T {
    guard let value = file.integer(at: position, as: type) else { throw end }
    position += MemoryLayout<T>.size
    return value
  }

  /// A 64-bit count of things that take at least `bytes` each: those that can't fit the rest of the
  /// file are refused before anything is done for them.
  mutating func count(of what: String, bytes: Int) throws(CheckpointDefect) -> Int {
    let claimed = try integer(UInt64.self)
    guard claimed <= UInt64(remaining / bytes) else {
      throw CheckpointDefect(
        "\(subject) claims \(claimed) \(what), but the file ends \(remaining) bytes later")
    }
    return Int(claimed)
  }

  /// Passes over `count` bytes, which are known to be there.
  mutating func skip(_ count: Int) throws(CheckpointDefect) {
    guard count <= remaining else { throw end }
    position += count
  }

  /// Passes over a string.
  mutating func skipString() throws(CheckpointDefect) {
    try skip(try count(of: "bytes of text", bytes: 1))
  }

  /// A string of UTF-8, `limit` bytes at most.
  mutating func string(limit: Int) throws(CheckpointDefect) -> String {
    let count = try count(of: "bytes of text", bytes: 1)
    guard count <= limit else {
      throw CheckpointDefect("\(subject) has a text of \(count) bytes, more than \(limit)")
    }
    guard let bytes = file.copy(position..<position + count), let text = strictUTF8(bytes) else {
      throw CheckpointDefect("\(subject) has a text that is not UTF-8")
    }
    position += count
    return text
  }

  private var end: CheckpointDefect {
    CheckpointDefect("\(subject) is cut short: the file ends after \(file.size) bytes")
  }
}
