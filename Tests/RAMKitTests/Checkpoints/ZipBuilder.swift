/// Builds zip archives byte by byte, honest or lying.
struct ZipBuilder {
  /// An entry. What the two headers say can be changed apart from what is there.
  struct Entry {
    var name: [UInt8]
    var payload: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0x0800
    var compressedSize: UInt64
    var uncompressedSize: UInt64
    var usesZip64 = false
    var disk: UInt16 = 0
    var localName: [UInt8]?
    var localMethod: UInt16?
    var localSize: UInt32?
    /// Bytes added to the offset of the entry's own header.
    var offsetError = 0

    init(_ name: String, _ payload: [UInt8]) {
      self.name = Array(name.utf8)
      self.payload = payload
      compressedSize = UInt64(payload.count)
      uncompressedSize = UInt64(payload.count)
    }

    /// Deflated, as a single block that is stored within the stream.
    static func deflated(_ name: String, _ content: [UInt8]) -> Entry {
      let count = UInt16(content.count)
      var entry = Entry(name, [1] + little(count) + little(~count) + content)
      entry.method = 8
      entry.uncompressedSize = UInt64(content.count)
      return entry
    }
  }

  var entries: [Entry]
  var comment: [UInt8] = []
  var usesZip64 = false
  /// Added to what the end record claims.
  var countError = 0
  var directoryError = 0
  var disk: UInt16 = 0

  init(_ entries: [Entry]) { self.entries = entries }

  func build() -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      directory += line(entry, at: bytes.count + entry.offsetError)
      bytes += header(entry) + entry.payload
    }
    let start = bytes.count
    bytes += directory
    return bytes + end(directorySize: directory.count, at: start)
  }

  // MARK: - Records

  private func header(_ entry: Entry) -> [UInt8] {
    let name = entry.localName ?? entry.name
    let follows = entry.flags & 8 != 0
    let size =
      follows ? 0 : entry.usesZip64 ? .max : UInt32(truncatingIfNeeded: entry.payload.count)
    let plain =
      follows ? 0 : entry.usesZip64 ? .max : UInt32(truncatingIfNeeded: entry.uncompressedSize)
    let extra =
      entry.usesZip64 && !follows
      ? little(UInt16(1)) + little(UInt16(16)) + little(entry.uncompressedSize)
        + little(entry.compressedSize) : []
    return little(UInt32(0x0403_4B50)) + little(UInt16(20)) + little(entry.flags)
      + little(entry.localMethod ?? entry.method) + little(UInt32(0)) + little(UInt32(0))
      + little(entry.localSize ?? size) + little(plain) + little(UInt16(name.count))
      + little(UInt16(extra.count)) + name + extra
  }

  private func line(_ entry: Entry, at offset: Int) -> [UInt8] {
    let isWide = entry.usesZip64
    let extra =
      isWide
      ? little(UInt16(1)) + little(UInt16(24)) + little(entry.uncompressedSize)
        + little(entry.compressedSize) + little(UInt64(truncatingIfNeeded: offset)) : []
    return little(UInt32(0x0201_4B50)) + little(UInt16(20)) + little(UInt16(20))
      + little(entry.flags) + little(entry.method) + little(UInt32(0)) + little(UInt32(0))
      + little(isWide ? .max : UInt32(truncatingIfNeeded: entry.compressedSize))
      + little(isWide ? .max : UInt32(truncatingIfNeeded: entry.uncompressedSize))
      + little(UInt16(entry.name.count)) + little(UInt16(extra.count)) + little(UInt16(0))
      + little(entry.disk) + little(UInt16(0)) + little(UInt32(0))
      + little(isWide ? .max : UInt32(truncatingIfNeeded: offset)) + entry.name + extra
  }

  func end(directorySize: Int, at start: Int) -> [UInt8] {
    let count = UInt64(entries.count + countError)
    let size = UInt64(directorySize)
    let offset = UInt64(start + directoryError)
    var bytes: [UInt8] = []
    if usesZip64 {
      bytes += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt32(0x2D_002D))
      bytes += little(UInt32(disk)) + little(UInt32(0)) + little(count) + little(count)
      bytes += little(size) + little(offset)
      bytes += little(UInt32(0x0706_4B50)) + little(UInt32(0))
      bytes += little(UInt64(start + directorySize)) + little(UInt32(1))
    }
    bytes += little(UInt32(0x0605_4B50)) + little(disk) + little(UInt16(0))
    bytes += little(usesZip64 ? .max : UInt16(truncatingIfNeeded: count))
    bytes += little(usesZip64 ? .max : UInt16(truncatingIfNeeded: count))
    bytes += little(usesZip64 ? .max : UInt32(truncatingIfNeeded: size))
    bytes += little(usesZip64 ? .max : UInt32(truncatingIfNeeded: offset))
    return bytes + little(UInt16(comment.count)) + comment
  }
}

/// The little-endian bytes of a number.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
