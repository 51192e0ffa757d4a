import CZlib

/// Makes the sums and lengths of a format right again after bytes were changed.
enum Repair {
  /// The header's length: up to the last brace that closes it, if none has been changed, and the spaces behind.
  static func safetensors(_ bytes: inout [UInt8]) {
    guard bytes.count > 8, let brace = bytes.lastIndex(of: UInt8(ascii: "}")), brace >= 8 else {
      return
    }
    let end = bytes[(brace + 1)...].firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.endIndex
    bytes.replaceSubrange(0..<8, with: little(UInt64(end - 8)))
  }

  /// The CRC of each chunk of a PNG file, as far as their lengths lead.
  static func png(_ bytes: inout [UInt8]) {
    var at = 8
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - at - 12 else { return }
      let sum = bytes[(at + 4)..<(at + 8 + length)].withUnsafeBufferPointer {
        crc32(0, $0.baseAddress, UInt32($0.count))
      }
      let place = at + 8 + length
      bytes.replaceSubrange(place..<place + 4, with: little(UInt32(sum).byteSwapped))
      at += 12 + length
    }
  }

  /// Where a zip file's directory lies, and how many bytes and entries it has.
  static func zip(_ bytes: inout [UInt8]) {
    let starts = places(of: [0x50, 0x4B, 1, 2], in: bytes)
    let end = places(of: [0x50, 0x4B, 5, 6], in: bytes).last
    guard let first = starts.first, let end, first < end, end + 22 <= bytes.count else { return }
    let count = little(UInt16(truncatingIfNeeded: starts.count))
    bytes.replaceSubrange(end + 8..<end + 12, with: count + count)
    bytes.replaceSubrange(
      end + 12..<end + 20, with: little(UInt32(end - first)) + little(UInt32(first)))
    bytes.replaceSubrange(
      end + 20..<end + 22, with: little(UInt16(truncatingIfNeeded: bytes.count - end - 22)))
  }

  private static func places(of signature: [UInt8], in bytes: [UInt8]) -> [Int] {
    bytes.indices.filter { bytes[$0] == signature[0] && bytes[$0...].starts(with: signature) }
  }
}
