import Foundation
import RAMKit
import RAMKitCommandInput

extension Fuzzer {
  /// What `ramkit tag --jsonl-input` reads.
  static let jsonLines = Fuzzer("json-lines") { (bytes) throws(Violation) in
    let lines = JSONLinesCheck.lines(bytes)
    let photos = try JSONLinesCheck.photos(bytes)
    try require(photos.count == lines.count, "\(lines.count) lines give \(photos.count) photos")
    for (line, photo) in Swift.zip(lines, photos) { try JSONLinesCheck.run(photo, line: line) }
    return true
  }
}

private enum JSONLinesCheck {
  /// The lines that stand for a photo, cut in the plainest way.
  static func lines(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let body = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    return body.split(separator: 0x0A).map {
      $0.last == 0x0D ? [UInt8]($0.dropLast()) : [UInt8]($0)
    }
    .filter { line in line.contains { $0 != 0x20 && $0 != 0x09 } }
  }

  static func photos(_ bytes: UnsafeRawBufferPointer) throws(Violation) -> [RequestedPhoto] {
    try withFile(of: bytes) { (url) throws(Violation) in
      let descriptor = open(url.path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      var input = JSONLinesInput(descriptor: descriptor)
      var photos: [RequestedPhoto] = []
      while let photo = input.next() { photos.append(photo) }
      return photos
    }
  }

  /// A photo has a path that a file can have, and the id that its line gave it.
  static func run(_ photo: RequestedPhoto, line: [UInt8]) throws(Violation) {
    if case .photo = photo.source {
      try require(
        !photo.path.isEmpty && !photo.path.utf8.contains(0), "'\(photo.path)' can be a file's path")
    }
    guard let id = photo.id else { return }
    let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    let echoed =
      try? JSONSerialization.jsonObject(
        with: Data(id.utf8), options: .fragmentsAllowed) as? NSObject
    guard let object, let echoed else {
      throw Violation("the id '\(id)' is JSON, from a line that is JSON")
    }
    // Of an id that comes twice, either will do.
    let ids = line.indices.filter { line[$0...].starts(with: "\"id\"".utf8) }
    guard ids.count == 1, !line.contains(UInt8(ascii: "\\")) else { return }
    try require(
      object["id"] as? NSObject == echoed, "the id '\(id)' is \(String(describing: object["id"]))")
  }
}
