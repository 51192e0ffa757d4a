import Dispatch
import Foundation

/// Ends the program at once on SIGINT, SIGTERM and SIGHUP, with the status that a shell would show,
/// and takes a half-written output file with it.
///
/// A kernel in flight is not waited for: with a large model that could take seconds.
final class Interruption: @unchecked Sendable {
  static let shared = Interruption()

  // All of the state, guarded by `lock`.
  private let lock = NSLock()
  private var temporaryFile: String?
  private var sources: [any DispatchSourceSignal] = []

  /// Starts to listen. A broken pipe becomes an error of the write that met it.
  func install() {
    signal(SIGPIPE, SIG_IGN)
    let queue = DispatchQueue(label: "ramkit.signals", qos: .userInteractive)
    lock.withLock {
      sources = [SIGINT, SIGTERM, SIGHUP].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { self.end(by: number) }
        source.resume()
        return source
      }
    }
  }

  /// The file to remove if the program is interrupted; nil for none.
  func setTemporaryFile(_ path: String?) {
    lock.withLock { temporaryFile = path }
  }

  private func end(by number: CInt) -> Never {
    // The lock stays locked, so that no new file appears behind this.
    lock.lock()
    if let temporaryFile { unlink(temporaryFile) }
    _exit(128 + number)
  }
}
