import Foundation
import RAMKit

/// Where results go: standard output, or a file that appears whole or not at all.
///
/// A file is written under a temporary name in the same folder and renamed at the end. A path that
/// leads to something else than a plain file, such as a FIFO or /dev/null, is written in place.
final class OutputSink {
  private let descriptor: CInt
  /// What the output is called in errors.
  private let name: String
  private let rename: (temporary: String, final: String)?
  private var isOpen = true

  /// Standard output.
  init() {
    descriptor = STDOUT_FILENO
    name = "standard output"
    rename = nil
  }

  /// The file at `path`, which is not touched before ``finish()``.
  init(path: String) throws(RAMKitError) {
    name = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      rename = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Self.failure(errno, path: path) }
      return
    }
    // A symbolic link stays one: what it leads to is replaced.
    let target = exists ? Self.resolved(path) : path
    let temporary = "\(target).\(getpid()).partial"
    let mode = exists ? status.st_mode & 0o777 : 0o666
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Self.failure(errno, path: path) }
    rename = (temporary, target)
    Interruption.shared.setTemporaryFile(temporary)
  }

  /// Writes `text` right away.
  ///
  /// - Throws: ``BrokenPipe`` if nobody reads any more, else ``RAMKitError/unwritableFile(path:reason:)``.
  func write(_ text: String) throws {
    var text = text
    let code = text.withUTF8 { writeAll($0, to: descriptor) }
    guard code == 0 else {
      if code == EPIPE { throw BrokenPipe() }
      throw Self.failure(code, path: name)
    }
  }

  /// Says that all is written; only now does a file appear under its name.
  func finish() throws(RAMKitError) {
    guard isOpen, descriptor != STDOUT_FILENO else { return }
    isOpen = false
    guard close(descriptor) == 0 else {
      let code = errno
      removeTemporaryFile()
      throw Self.failure(code, path: name)
    }
    guard let rename else { return }
    guard Foundation.rename(rename.temporary, rename.final) == 0 else {
      let code = errno
      removeTemporaryFile()
      throw Self.failure(code, path: name)
    }
    Interruption.shared.setTemporaryFile(nil)
  }

  deinit {
    guard isOpen, descriptor != STDOUT_FILENO else { return }
    close(descriptor)
    removeTemporaryFile()
  }

  private func removeTemporaryFile() {
    guard let rename else { return }
    unlink(rename.temporary)
    Interruption.shared.setTemporaryFile(nil)
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func failure(_ code: CInt, path: String) -> RAMKitError {
    .unwritableFile(path: path, reason: systemMessage(code))
  }
}

/// The reader of our output has gone, as `head` does: no reason to complain, but to stop.
struct BrokenPipe: Error {}
