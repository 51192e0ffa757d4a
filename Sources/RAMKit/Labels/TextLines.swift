/// The lines of a UTF-8 text, cut where Python's `str.splitlines` cuts, which is how the official
/// code reads its lists: at LF, CR, CR LF, VT, FF, FS, GS, RS, NEL, LS and PS.
///
/// The cut is made on bytes. Every byte of these terminators in UTF-8 is ASCII or starts a sequence
/// of its own, so none is found inside another character; and a Swift `Character` is too coarse, as
/// CR LF is one.
struct TextLines {
  /// The lines, without their terminators. What follows the last terminator is a line if it is not
  /// empty.
  let lines: [String]

  /// Decodes and cuts `bytes`; a byte order mark in front is dropped.
  ///
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)`` with the line that is not UTF-8, or
  ///   that holds a NUL, as other encodings do.
  init(_ bytes: [UInt8], path: String) throws(RAMKitError) {
    var lines: [String] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var position = start
    while position < bytes.count {
      let length = Self.terminatorLength(bytes, at: position)
      guard length > 0 else {
        position += 1
        continue
      }
      lines.append(try Self.line(bytes[start..<position], number: lines.count + 1, path: path))
      position += length
      start = position
    }
    if start < bytes.count {
      lines.append(try Self.line(bytes[start...], number: lines.count + 1, path: path))
    }
    self.lines = lines
  }

  private static func line(
    _ bytes: ArraySlice<UInt8>, number: Int, path: String
  ) throws(RAMKitError) -> String {
    // Decoding repairs what is not UTF-8, which then has other bytes. Foundation's own decoding drops
    // a byte order mark that starts a line.
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      throw .malformedLabels(path: path, line: number, reason: "it is not UTF-8")
    }
    guard !bytes.contains(0) else {
      throw .malformedLabels(
        path: path, line: number, reason: "it holds a NUL byte; save the file as UTF-8")
    }
    return text
  }

  /// The bytes of the line terminator that starts at `position`; 0 if none does.
  private static func terminatorLength(_ bytes: [UInt8], at position: Int) -> Int {
    let following = bytes.count - position - 1
    switch bytes[position] {
    case 0x0D: return following >= 1 && bytes[position + 1] == 0x0A ? 2 : 1
    case 0x0A...0x0C, 0x1C...0x1E: return 1
    case 0xC2: return following >= 1 && bytes[position + 1] == 0x85 ? 2 : 0
    case 0xE2:
      guard following >= 2, bytes[position + 1] == 0x80 else { return 0 }
      return bytes[position + 2] == 0xA8 || bytes[position + 2] == 0xA9 ? 3 : 0
    default: return 0
    }
  }
}
