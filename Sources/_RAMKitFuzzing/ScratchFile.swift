import Foundation
import RAMKit

/// Calls `body` with a file of these bytes, which is gone afterwards. It lies in memory where the
/// system has such a place.
func withFile<Result>(
  of bytes: some Collection<UInt8>, _ body: (URL) throws(Violation) -> Result
) throws(Violation) -> Result {
  let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
  var name = Array("\(folder)/ramkit-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  guard descriptor >= 0 else { throw Violation("a file can be made: \(systemMessage(errno))") }
  defer { unlink(path) }
  let written = Array(bytes).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  close(descriptor)
  try require(written == bytes.count, "a file can be written")
  return try body(URL(filePath: path, directoryHint: .notDirectory))
}
