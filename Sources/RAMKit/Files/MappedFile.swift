#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file mapped read-only into memory, of which parts can be read as well.
///
/// The mapping suits a file's header: pages come from disk when they are first touched. But whoever
/// shortens the file makes the system end a process that touches it afterwards (SIGBUS), and so does a
/// disk that fails. No check can rule that out, so what is large, and takes long, is read instead:
/// ``read(_:into:)`` fails with an error.
package final class MappedFile: Sendable {
  package let path: String
  package let identity: FileIdentity

  /// The whole file; valid as long as this object lives.
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  private let descriptor: CInt

  package var size: Int { bytes.count }

  /// Maps an open file of so many bytes; `descriptor` stays the caller's.
  init(
    path: String, identity: FileIdentity, size: Int, descriptor: CInt
  ) throws(RAMKitError) {
    self.path = path
    self.identity = identity
    self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard self.descriptor >= 0 else {
      throw .unreadableFile(path: path, reason: systemMessage(errno))
    }
    guard size > 0 else {
      bytes = .init(start: nil, count: 0)
      return
    }
    let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, self.descriptor, 0)
    guard let start, start != MAP_FAILED else {
      let code = errno
      _ = close(self.descriptor)
      throw .unreadableFile(path: path, reason: systemMessage(code))
    }
    bytes = .init(start: start, count: size)
  }

  deinit {
    _ = close(descriptor)
    if let start = bytes.baseAddress {
      _ = munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Reads the bytes of `range`, which lies within the file, to `out`.
  ///
  /// - Throws: ``RAMKitError/unreadableFile(path:reason:)`` where the file has become shorter since it
  ///   was opened, or the system can't read it.
  package func read(
    _ range: Range<Int>, into out: UnsafeMutableRawPointer
  ) throws(RAMKitError) {
    var done = 0
    while done < range.count {
      // Linux moves 2 GB at most in a call.
      let wanted = min(range.count - done, 1 << 30)
      let got = pread(descriptor, out + done, wanted, off_t(range.lowerBound + done))
      if got > 0 {
        done += got
      } else if got == 0 {
        throw .unreadableFile(
          path: path,
          reason: "it had \(size) bytes when it was opened, and now ends at "
            + "\(range.lowerBound + done); keep it as it is while it is in use")
      } else if errno != EINTR {
        throw .unreadableFile(path: path, reason: systemMessage(errno))
      }
    }
  }

  /// Has the system read the pages of `range` from disk ahead, where they are not in memory yet.
  package func willNeed(_ range: Range<Int>) { advise(range, MADV_WILLNEED) }

  /// Takes the pages that `range` touches out of this process's memory. They come back when they are
  /// touched again, so a range that is still in use costs time, never correctness.
  package func dropPages(_ range: Range<Int>) { advise(range, MADV_DONTNEED) }

  private func advise(_ range: Range<Int>, _ advice: CInt) {
    let range = range.clamped(to: 0..<size)
    guard let start = bytes.baseAddress, !range.isEmpty else { return }
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let lower = range.lowerBound / page * page
    _ = madvise(
      UnsafeMutableRawPointer(mutating: start + lower), range.upperBound - lower, advice)
  }
}
