#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An open file that is known to be a plain one: no directory, FIFO, socket or device.
///
/// It is opened without blocking and looked at before the first byte is read, so that a FIFO that
/// nobody writes to can't hang the caller.
package struct RegularFile: ~Copyable {
  package let path: String

  /// Bytes, as of when the file was opened.
  package let size: Int

  /// Which file it is, whatever path leads to it.
  package let identity: FileIdentity

  private let descriptor: CInt

  /// Opens the file at a `file:` URL for reading.
  package init(at url: URL) throws(RAMKitError) {
    guard url.isFileURL else {
      throw .unreadableFile(
        path: url.absoluteString, reason: "only files are read, nothing is fetched from a network")
    }
    try self.init(path: url.path(percentEncoded: false))
  }

  package init(path: String) throws(RAMKitError) {
    // C would see a path that ends at the first zero byte: another file than the one asked for.
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .fileNotFound(path: path) }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.openingError(errno, path: path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      _ = close(descriptor)
      throw .unreadableFile(path: path, reason: systemMessage(code))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      _ = close(descriptor)
      throw .notARegularFile(path: path)
    }
    self.path = path
    self.size = Int(status.st_size)
    identity = FileIdentity(status)
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// All bytes of the file, but no more than `limit`: a longer file is an error.
  package func readAll(limit: Int) throws(RAMKitError) -> [UInt8] {
    guard size <= limit else {
      throw .unreadableFile(path: path, reason: "\(size) bytes are more than the limit of \(limit)")
    }
    var code: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if got > 0 {
          count += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    guard code == 0 else { throw .unreadableFile(path: path, reason: systemMessage(code)) }
    return bytes
  }

  /// Maps the file into memory; the mapping outlives this value.
  package func map() throws(RAMKitError) -> MappedFile {
    try MappedFile(path: path, identity: identity, size: size, descriptor: descriptor)
  }

  private static func openingError(_ code: CInt, path: String) -> RAMKitError {
    switch code {
    case ENOENT, ENOTDIR: .fileNotFound(path: path)
    case EACCES, EPERM: .permissionDenied(path: path)
    case EISDIR, ENXIO, ENODEV, EOPNOTSUPP: .notARegularFile(path: path)
    default: .unreadableFile(path: path, reason: systemMessage(code))
    }
  }
}

/// Which file it is, among all that the system has: the same for all of its names.
package struct FileIdentity: Sendable, Hashable {
  private let device: UInt64
  private let number: UInt64

  fileprivate init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// What a path leads to; nil where it leads nowhere.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// What the system says to an error code, without a full stop.
package func systemMessage(_ code: CInt) -> String {
  String(cString: strerror(code))
}
