/// Finds the orientation in a photo's EXIF record: 1 (upright) to 8, and 1 where there is none or
/// where it makes no sense.
///
/// Every offset in a file is checked before it is followed, and walks have an end: a damaged record
/// can at most leave a photo unturned.
package enum ExifOrientation {
  /// In the first APP1 segment before the picture's data.
  package static func inJPEG(_ bytes: UnsafeRawBufferPointer) -> Int {
    var at = 2
    for _ in 0..<maximumChunks {
      guard let marker = bytes.integer(UInt16.self, at: at) else { return 1 }
      // Markers may be padded with 0xFF; a picture's data begins with start-of-scan.
      if marker == 0xFFFF {
        at += 1
        continue
      }
      guard marker >= 0xFFC0, marker != 0xFFDA, marker != 0xFFD9,
        let length = bytes.integer(UInt16.self, at: at + 2), length >= 2
      else { return 1 }
      let payload = bytes.part(at + 4, count: length - 2)
      if marker == 0xFFE1, payload.starts(with: exifPrefix) {
        return inTIFF(.init(rebasing: payload.dropFirst(exifPrefix.count)))
      }
      at += 2 + length
    }
    return 1
  }

  /// In the `eXIf` chunk.
  package static func inPNG(_ bytes: UnsafeRawBufferPointer) -> Int {
    var at = 8
    for _ in 0..<maximumChunks {
      guard let length = bytes.integer(UInt32.self, at: at),
        let kind = bytes.integer(UInt32.self, at: at + 4), kind != fourCC("IEND")
      else { return 1 }
      if kind == fourCC("eXIf") { return inTIFF(bytes.part(at + 8, count: length)) }
      at += length + 12
    }
    return 1
  }

  /// In the `EXIF` chunk, with or without the prefix that JPEG has.
  package static func inWebP(_ bytes: UnsafeRawBufferPointer) -> Int {
    var at = 12
    for _ in 0..<maximumChunks {
      guard let kind = bytes.integer(UInt32.self, at: at),
        let length = bytes.integer(UInt32.self, at: at + 4, bigEndian: false)
      else { return 1 }
      if kind == fourCC("EXIF") {
        let record = bytes.part(at + 8, count: length)
        guard record.starts(with: exifPrefix) else { return inTIFF(record) }
        return inTIFF(.init(rebasing: record.dropFirst(exifPrefix.count)))
      }
      at += 8 + length + length % 2
    }
    return 1
  }

  /// In the first directory of a TIFF header, which is what an EXIF record is.
  package static func inTIFF(_ bytes: UnsafeRawBufferPointer) -> Int {
    let bigEndian: Bool
    switch bytes.integer(UInt16.self, at: 0) {
    case 0x4D4D: bigEndian = true
    case 0x4949: bigEndian = false
    default: return 1
    }
    guard bytes.integer(UInt16.self, at: 2, bigEndian: bigEndian) == 42,
      let directory = bytes.integer(UInt32.self, at: 4, bigEndian: bigEndian),
      let count = bytes.integer(UInt16.self, at: directory, bigEndian: bigEndian)
    else { return 1 }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = bytes.integer(UInt16.self, at: entry, bigEndian: bigEndian) else { return 1 }
      guard tag == 0x0112 else { continue }
      let isShort = bytes.integer(UInt16.self, at: entry + 2, bigEndian: bigEndian) == 3
      let value =
        isShort
        ? bytes.integer(UInt16.self, at: entry + 8, bigEndian: bigEndian)
        : bytes.integer(UInt32.self, at: entry + 8, bigEndian: bigEndian)
      return value.flatMap { (1...8).contains($0) ? $0 : nil } ?? 1
    }
    return 1
  }

  private static let exifPrefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]

  /// Enough for the largest photos in small chunks; a file of nothing but chunks has millions.
  private static let maximumChunks = 100_000

  private static func fourCC(_ name: StaticString) -> Int {
    name.withUTF8Buffer { $0.reduce(0) { $0 << 8 | Int($1) } }
  }
}

extension UnsafeRawBufferPointer {
  /// The unsigned integer at an offset; nil where it isn't all there.
  fileprivate func integer<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _: Stored.Type, at offset: Int, bigEndian: Bool = true
  ) -> Int? {
    guard offset >= 0, offset <= count - MemoryLayout<Stored>.size else { return nil }
    let stored = loadUnaligned(fromByteOffset: offset, as: Stored.self)
    return Int(bigEndian ? Stored(bigEndian: stored) : Stored(littleEndian: stored))
  }

  /// `count` bytes from an offset on, or as many as are there.
  fileprivate func part(_ offset: Int, count length: Int) -> UnsafeRawBufferPointer {
    guard offset < count else { return .init(start: nil, count: 0) }
    return .init(rebasing: self[offset..<Swift.min(count, offset + length)])
  }
}
