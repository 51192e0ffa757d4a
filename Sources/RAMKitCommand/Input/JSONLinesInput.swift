import Foundation
import RAMKit

/// The photos that the lines of a stream name: one path a line, or one JSON object
/// `{"path": ..., "id": ...}`. Lines are read as they are asked for; empty ones are passed over.
///
/// A line that can't be understood is a failed photo in its place, not the end.
package struct JSONLinesInput: PhotoSource {
  private let descriptor: CInt
  private var buffer: [UInt8] = []
  private var position = 0
  private var lineNumber = 0
  private var isAtEnd = false
  /// The system's code if reading failed, until that is told.
  private var failure: CInt = 0

  /// No path is longer than this; the rest of a longer line is dropped, not kept.
  package static let maximumLineBytes = 1 << 20

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  package init(descriptor: CInt) { self.descriptor = descriptor }

  /// Whether there is a line in the buffer, or something to read, be it the end.
  package var isReady: Bool {
    if isAtEnd || buffer[position...].contains(0x0A) { return true }
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, 0) != 0
  }

  package mutating func next() -> RequestedPhoto? {
    while let (bytes, isCut) = nextLine() {
      var line = bytes
      lineNumber += 1
      if lineNumber == 1, line.starts(with: Self.byteOrderMark) {
        line.removeFirst(Self.byteOrderMark.count)
      }
      if isCut {
        return Self.malformed(
          "", lineNumber, "is longer than \(Self.maximumLineBytes) bytes")
      }
      guard let text = String(bytes: line, encoding: .utf8) else {
        return Self.malformed(String(decoding: line, as: UTF8.self), lineNumber, "is not UTF-8")
      }
      if line.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
        return Self.input(text, number: lineNumber)
      }
    }
    guard failure != 0 else { return nil }
    defer { failure = 0 }
    let reason = systemMessage(failure)
    return .failed("-", .unreadableFile(path: "standard input", reason: reason))
  }

  // MARK: - Lines

  /// The next line without its end, and whether it was too long to be kept whole.
  private mutating func nextLine() -> (bytes: [UInt8], isCut: Bool)? {
    var line: [UInt8] = []
    var isCut = false
    while true {
      if position == buffer.count, !fill() {
        return line.isEmpty && !isCut ? nil : (Self.withoutReturn(line), isCut)
      }
      let end = buffer[position...].firstIndex(of: 0x0A)
      let part = buffer[position..<(end ?? buffer.count)]
      isCut = isCut || line.count + part.count > Self.maximumLineBytes
      if !isCut { line += part }
      position = end.map { $0 + 1 } ?? buffer.count
      if end != nil { return (Self.withoutReturn(line), isCut) }
    }
  }

  private static func withoutReturn(_ line: [UInt8]) -> [UInt8] {
    line.last == 0x0D ? line.dropLast() : line
  }

  /// Reads what is there, waiting if nothing is yet; false at the end.
  private mutating func fill() -> Bool {
    guard !isAtEnd else { return false }
    position = 0
    let descriptor = descriptor
    var failure: CInt = 0
    buffer = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      var got = 0
      repeat {
        got = read(descriptor, buffer.baseAddress, buffer.count)
      } while got < 0 && errno == EINTR
      if got < 0 { failure = errno }
      count = got > 0 ? got : 0
    }
    self.failure = failure
    isAtEnd = buffer.isEmpty
    return !isAtEnd
  }

  // MARK: - Meaning

  /// What one line asks for.
  static func input(_ line: String, number: Int) -> RequestedPhoto {
    let bytes = Array(line.utf8)
    switch bytes.first(where: { $0 != 0x20 && $0 != 0x09 }) {
    case UInt8(ascii: "{"):
      guard let entry = json(bytes) as? [String: Any], let path = entry["path"] as? String else {
        return malformed(line, number, "is not an object {\"path\": ..., \"id\": ...}")
      }
      return .file(path, id: JSONMember.text(of: "id", in: bytes))
    case UInt8(ascii: "\""):
      // A path that starts with a quote is far rarer than one written as a JSON string.
      return .file(json(bytes) as? String ?? line)
    default:
      return .file(line)
    }
  }

  /// The value that a line of JSON is; nil where it is none. All of it is checked, since parts are
  /// echoed as they are: `JSONDecoder` passes over numbers that it is not asked for, and both it and
  /// this take text with zero bytes for UTF-16, which no line is.
  private static func json(_ line: [UInt8]) -> Any? {
    guard !line.contains(0), !JSONMember.hasTrailingComma(line) else { return nil }
    return try? JSONSerialization.jsonObject(with: Data(line), options: .fragmentsAllowed)
  }

  private static func malformed(_ line: String, _ number: Int, _ reason: String) -> RequestedPhoto {
    RequestedPhoto(
      path: line, id: nil,
      source: .failure(
        code: "malformedInput", message: "Line \(number) of standard input \(reason)."))
  }
}
