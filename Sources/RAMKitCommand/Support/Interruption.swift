import Dispatch
import Foundation

/// Ends the program at once on SIGINT, SIGTERM and SIGHUP, with the status that a shell would show,
/// and takes half-written output files with it.
///
/// A kernel in flight is not waited for: with a large model that could take seconds.
final class Interruption: @unchecked Sendable {
  static let shared = Interruption()

  // All of the state, guarded by `lock`.
  private let lock = NSLock()
  private var temporaryFiles: Set<String> = []
  private var sources: [any DispatchSourceSignal] = []

  /// Starts to listen. A broken pipe becomes an error of the write that met it.
  func install() {
    signal(SIGPIPE, SIG_IGN)
    let queue = DispatchQueue(label: "ramkit.signals", qos: .userInteractive)
    lock.withLock {
      sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
        let previous = signal(number, SIG_IGN)
        // `nohup` asks to be left alone.
        if number == SIGHUP, Self.address(of: previous) == Self.address(of: SIG_IGN) { return nil }
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { self.end(by: number) }
        source.resume()
        return source
      }
    }
  }

  /// Adds a file to remove if the program is interrupted.
  func add(temporaryFile path: String) {
    lock.withLock { _ = temporaryFiles.insert(path) }
  }

  /// Lets a file be that is finished, or gone.
  func remove(temporaryFile path: String) {
    lock.withLock { _ = temporaryFiles.remove(path) }
  }

  /// Handlers can't be compared.
  private static func address<Handler>(of handler: Handler) -> Int {
    unsafeBitCast(handler, to: Int.self)
  }

  private func end(by number: CInt) -> Never {
    // The lock stays locked, so that no new file appears behind this.
    lock.lock()
    for path in temporaryFiles { unlink(path) }
    _exit(128 + number)
  }
}
