import CRAMDigest

/// SHA-256, piece by piece: the number by which people tell one checkpoint from another.
///
/// Where the CPU has instructions for it, as most have by now, it runs at some 1.4 GB/s (Intel Emerald
/// Rapids, November 2026), elsewhere at a sixth of that.
package struct SHA256Digest: Sendable {
  private var state = ramk_sha256()

  /// - Parameter portable: leaves the CPU's instructions for it alone.
  package init(portable: Bool = false) {
    ramk_sha256_init(&state, portable)
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    ramk_sha256_update(&state, start, bytes.count)
  }

  /// Takes the next text, and an end, so that no two lists of texts are the same bytes.
  package mutating func update(text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    withUnsafeBytes(of: UInt8(0)) { update($0) }
  }

  /// The digest of all bytes taken so far, as 64 hexadecimal digits.
  package var hexadecimal: String {
    var copy = state
    var digest = [UInt8](repeating: 0, count: 32)
    ramk_sha256_finish(&copy, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension MappedFile {
  /// The digest of the whole file. `didTake` is told after every piece how many bytes it had, and
  /// may throw to end it.
  package func digest(
    didTake: (Int) throws(RAMKitError) -> Void = { _ in }
  ) throws(RAMKitError) -> String {
    let piece = try AlignedMemory(byteCount: 4 << 20)
    var digest = SHA256Digest()
    for start in stride(from: 0, to: size, by: piece.bytes.count) {
      let range = start..<min(start + piece.bytes.count, size)
      try read(range, into: piece.bytes.baseAddress!)
      digest.update(UnsafeRawBufferPointer(rebasing: piece.bytes[..<range.count]))
      try didTake(range.count)
    }
    return digest.hexadecimal
  }
}
