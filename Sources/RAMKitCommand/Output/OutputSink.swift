import Foundation
import RAMKit

/// Where results go: standard output, or a file that appears whole or not at all.
///
/// A path that leads to something else than a plain file, such as a FIFO or /dev/null, is written
/// in place: a rename would replace it.
final class OutputSink {
  /// What the output is called in errors.
  private let name: String
  /// Written in place, unless there is a `file`.
  private let descriptor: CInt
  private var file: AtomicFile?
  private var temporaryPath: String?

  /// Standard output.
  init() {
    name = "standard output"
    descriptor = STDOUT_FILENO
    file = nil
  }

  /// The file at `path`, which is not touched before ``finish()``.
  init(path: String) throws(RAMKitError) {
    name = path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      file = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw .unwritableFile(path: path, reason: systemMessage(errno))
      }
      return
    }
    descriptor = -1
    // A symbolic link stays one: what it leads to is replaced.
    let target = URL(filePath: path, directoryHint: .notDirectory).followingLinks
    let file = try AtomicFile(replacing: target)
    temporaryPath = file.temporaryPath
    Interruption.shared.add(temporaryFile: file.temporaryPath)
    self.file = consume file
  }

  /// Whether people see what is written as it is written.
  var isTerminal: Bool { descriptor >= 0 && isatty(descriptor) == 1 }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
    if let temporaryPath { Interruption.shared.remove(temporaryFile: temporaryPath) }
  }

  /// Writes `text` right away.
  ///
  /// - Throws: ``BrokenPipe`` if nobody reads any more, else
  ///   ``RAMKitError/unwritableFile(path:reason:)``.
  func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { bytes in
      guard descriptor >= 0 else {
        try file?.write(UnsafeRawBufferPointer(bytes))
        return
      }
      let code = writeAll(bytes, to: descriptor)
      if code == EPIPE { throw BrokenPipe() }
      if code != 0 { throw RAMKitError.unwritableFile(path: name, reason: systemMessage(code)) }
    }
  }

  /// Says that all is written; only now does a file appear under its name.
  func finish() throws(RAMKitError) {
    try file?.commit()
  }
}

/// The reader of our output has gone, as `head` does: no reason to complain, but to stop.
struct BrokenPipe: Error {}
