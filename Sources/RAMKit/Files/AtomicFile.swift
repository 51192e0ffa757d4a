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

/// A file that is written under a temporary name in its folder and takes its own name, in place of
/// an older file, once all of it is on disk. Unless it is committed, nothing of it stays.
package struct AtomicFile: ~Copyable {
  private let path: String
  /// Where the bytes are until the file is committed; whoever ends the process has to remove it.
  package let temporaryPath: String
  private let descriptor: CInt
  private var isCommitted = false

  package init(replacing url: URL) throws(RAMKitError) {
    let path = url.path(percentEncoded: false)
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let start = slash.map { path.utf8.index(after: $0) } ?? path.startIndex
    guard url.isFileURL, start < path.endIndex, !path.utf8.contains(0) else {
      throw .unwritableFile(path: path, reason: "it is no path of a file")
    }
    // The rename at the end would tell, but only after gigabytes were written.
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw .unwritableFile(path: path, reason: "something that is no plain file is there")
    }
    // A name has 255 bytes at most, so the file's own can't be part of it.
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporaryPath = "\(path[..<start]).ramkit-\(suffix)"
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .unwritableFile(path: path, reason: systemMessage(errno))
    }
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
    if !isCommitted { _ = unlink(temporaryPath) }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(RAMKitError) {
    var rest = bytes
    while !rest.isEmpty {
      // Linux moves 2 GB at most in a call.
      let written = systemWrite(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
      if written >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } else if errno != EINTR {
        throw .unwritableFile(path: path, reason: systemMessage(errno))
      }
    }
  }

  /// Waits until the bytes are on disk, and gives the file its name.
  package mutating func commit() throws(RAMKitError) {
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw .unwritableFile(path: path, reason: systemMessage(errno))
    }
    isCommitted = true
  }
}

/// `write`, under a name that a method of the same name does not hide.
private func systemWrite(_ descriptor: CInt, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
