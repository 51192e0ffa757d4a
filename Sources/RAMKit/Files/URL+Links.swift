import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension URL {
  /// The file that symbolic links on the way lead to; the same URL where nothing is there.
  package var followingLinks: URL {
    let path = path(percentEncoded: false)
    guard isFileURL, !path.utf8.contains(0), let resolved = realpath(path, nil) else { return self }
    defer { free(resolved) }
    return URL(filePath: String(cString: resolved), directoryHint: .checkFileSystem)
  }
}
