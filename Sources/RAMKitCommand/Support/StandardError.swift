#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is said to people rather than to programs. Nothing is done about a standard error that is
/// closed or full: there is nowhere left to say so.
enum StandardError {
  static func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = writeAll($0, to: STDERR_FILENO) }
  }

  static func writeLine(_ text: String) {
    write(text + "\n")
  }
}

/// Writes all of `bytes`; returns 0 or the system's error code.
func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: CInt) -> CInt {
  var done = 0
  while done < bytes.count {
    guard let start = bytes.baseAddress else { return 0 }
    let written = write(descriptor, start + done, bytes.count - done)
    if written >= 0 {
      done += written
    } else if errno == EAGAIN {
      // Somebody made the descriptor non-blocking; wait until it takes more.
      var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&state, 1, -1)
    } else if errno != EINTR {
      return errno
    }
  }
  return 0
}
