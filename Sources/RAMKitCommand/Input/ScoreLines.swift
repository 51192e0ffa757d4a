import Foundation
import RAMKit

/// The scores that `ramkit tag --format jsonl --scores` wrote, a photo a line.
package struct ScoreLines {
  /// A photo's logits, or why it has none.
  package enum Outcome: Sendable {
    case logits([Float])
    case failure(code: String, message: String)
  }

  /// By the photo's path, as it was written.
  package let photos: [String: Outcome]

  /// Files beyond this are refused.
  private static let maximumBytes = 8 << 30

  /// Reads a file.
  ///
  /// - Throws: ``RAMKitError/malformedAnnotations(path:line:reason:)`` for a line that is nothing of the
  ///   kind, or a path that comes again.
  package init(contentsOf url: URL) throws(RAMKitError) {
    let bytes = try RegularFile(at: url).readAll(limit: Self.maximumBytes)
    try self.init(bytes: bytes, path: url.path(percentEncoded: false))
  }

  package init(bytes: [UInt8], path: String) throws(RAMKitError) {
    var photos: [String: Outcome] = [:]
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[start..<end]
      number += 1
      start = end + 1
      guard line.contains(where: { $0 != 0x20 && $0 != 0x0D }) else { continue }
      guard !line.contains(0), let photo = try? JSONDecoder().decode(Line.self, from: Data(line)),
        let outcome = photo.outcome
      else {
        throw .malformedAnnotations(
          path: path, line: number,
          reason:
            "it holds no \"path\" with its \"logits\", as `ramkit tag --format jsonl --scores` "
            + "writes them")
      }
      guard photos.updateValue(outcome, forKey: photo.path) == nil else {
        throw .malformedAnnotations(
          path: path, line: number, reason: "'\(photo.path)' is there already")
      }
    }
    self.photos = photos
  }

  private struct Line: Decodable {
    struct Failure: Decodable {
      var code: String
      var message: String
    }
    var path: String
    var logits: [Float?]?
    var error: Failure?

    var outcome: Outcome? {
      if let error { return .failure(code: error.code, message: error.message) }
      // A number that is none is written as null.
      let finite = logits?.compactMap(\.self)
      guard let finite, finite.count == logits?.count else { return nil }
      return .logits(finite)
    }
  }
}
