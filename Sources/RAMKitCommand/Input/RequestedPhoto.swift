import Foundation
import RAMKit

/// A photo that was asked for, or why it can't be had.
package struct RequestedPhoto: Sendable {
  /// What the output calls it.
  package var path: String
  /// The `id` of an input line, as the JSON that it was.
  package var id: String?
  package var source: Source

  package enum Source: Sendable {
    case photo(Photo)
    case failure(code: String, message: String)
  }

  package init(path: String, id: String?, source: Source) {
    self.path = path
    self.id = id
    self.source = source
  }

  /// The file at `path`, which is looked at only when its turn comes.
  package static func file(_ path: String, id: String? = nil) -> RequestedPhoto {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      return failed(path, id: id, .fileNotFound(path: path))
    }
    let url = URL(filePath: path, directoryHint: .notDirectory)
    return RequestedPhoto(path: path, id: id, source: .photo(.file(url)))
  }

  package static func failed(_ path: String, id: String? = nil, _ error: RAMKitError)
    -> RequestedPhoto
  {
    RequestedPhoto(path: path, id: id, source: .failure(code: error.code, message: error.message))
  }
}
