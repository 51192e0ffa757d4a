/// One line of a zip file's central directory.
struct ZipEntry {
  let name: String
  let isDeflated: Bool
  let compressedSize: Int
  let uncompressedSize: Int

  /// Where the entry's own header starts.
  let headerOffset: Int

  /// Where the next entry, or the directory, starts: nothing of this one may lie beyond.
  var limit = 0

  var isFolder: Bool { name.hasSuffix("/") }
}

// MARK: - Central directory

extension ZipEntry {
  /// Reads the line at `offset` of the directory, and says where the next one starts.
  static func read(
    _ file: MappedFile, at offset: Int, end: Int
  ) throws(CheckpointDefect) -> (entry: ZipEntry, next: Int) {
    guard end - offset >= 46, file.integer(at: offset, as: UInt32.self) == 0x0201_4B50,
      let flags = file.integer(at: offset + 8, as: UInt16.self),
      let method = file.integer(at: offset + 10, as: UInt16.self),
      let compressed = file.integer(at: offset + 20, as: UInt32.self),
      let uncompressed = file.integer(at: offset + 24, as: UInt32.self),
      let nameLength = file.integer(at: offset + 28, as: UInt16.self),
      let extraLength = file.integer(at: offset + 30, as: UInt16.self),
      let commentLength = file.integer(at: offset + 32, as: UInt16.self),
      let disk = file.integer(at: offset + 34, as: UInt16.self),
      let header = file.integer(at: offset + 42, as: UInt32.self)
    else { throw CheckpointDefect("its zip directory is damaged at byte \(offset)") }
    let extraStart = offset + 46 + Int(nameLength)
    let next = extraStart + Int(extraLength) + Int(commentLength)
    guard next <= end, let nameBytes = file.copy(offset + 46..<extraStart) else {
      throw CheckpointDefect("its zip directory is damaged at byte \(offset)")
    }
    let name = try checkedName(nameBytes)
    var wide = Zip64Extra(file, range: extraStart..<extraStart + Int(extraLength))
    // The extra field holds, in this order, those of the values that are saturated here.
    guard let uncompressed = wide.value(uncompressed), let compressed = wide.value(compressed),
      let header = wide.value(header), wide.disk(disk) == 0, header < end, compressed < end
    else {
      throw CheckpointDefect(
        "zip entry \(quoted(name)) has sizes or an offset beyond the file, or a damaged zip64 field"
      )
    }
    try check(name, flags: flags, method: method)
    try check(name, deflated: method == 8, compressed: compressed, uncompressed: uncompressed)
    let entry = ZipEntry(
      name: name, isDeflated: method == 8, compressedSize: compressed,
      uncompressedSize: uncompressed, headerOffset: header)
    return (entry, next)
  }

  /// A relative path with forward slashes that stays below its folder.
  private static func checkedName(_ bytes: [UInt8]) throws(CheckpointDefect) -> String {
    guard let name = strictUTF8(bytes) else {
      throw CheckpointDefect("a zip entry has a name that is not UTF-8")
    }
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isFolder = parts.count > 1 && parts.last?.isEmpty == true
    let isSafe = (isFolder ? parts.dropLast() : parts[...]).allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
    guard isSafe, !bytes.contains(0), !bytes.contains(UInt8(ascii: "\\")) else {
      throw CheckpointDefect("zip entry \(quoted(name)) has a name that is no plain relative path")
    }
    return name
  }

  private static func check(
    _ name: String, flags: UInt16, method: UInt16
  ) throws(CheckpointDefect) {
    guard flags & 0x2041 == 0 else {
      throw CheckpointDefect("zip entry \(quoted(name)) is encrypted")
    }
    guard method == 0 || method == 8 else {
      throw CheckpointDefect(
        "zip entry \(quoted(name)) is compressed by method \(method); only stored and deflated "
          + "entries can be read")
    }
  }

  private static func check(
    _ name: String, deflated: Bool, compressed: Int, uncompressed: Int
  ) throws(CheckpointDefect) {
    // Deflate can't shrink anything to less than 1/1032 of its size.
    let most = compressed.multipliedReportingOverflow(by: deflated ? 1032 : 1)
    guard !most.overflow, uncompressed <= most.partialValue, deflated || uncompressed == compressed
    else {
      throw CheckpointDefect(
        "zip entry \(quoted(name)) claims \(uncompressed) bytes out of \(compressed)")
    }
  }
}

/// The field with the 64-bit values of an entry whose 32-bit ones are saturated.
private struct Zip64Extra {
  private let file: MappedFile
  private var rest: Range<Int>

  init(_ file: MappedFile, range: Range<Int>) {
    self.file = file
    rest = range.upperBound..<range.upperBound
    var offset = range.lowerBound
    while let kind = file.integer(at: offset, as: UInt16.self),
      let length = file.integer(at: offset + 2, as: UInt16.self),
      offset + 4 + Int(length) <= range.upperBound
    {
      if kind == 1 {
        rest = offset + 4..<offset + 4 + Int(length)
        return
      }
      offset += 4 + Int(length)
    }
  }

  mutating func value(_ narrow: UInt32) -> Int? {
    guard narrow == 0xFFFF_FFFF else { return Int(narrow) }
    guard rest.count >= 8, let wide = file.integer(at: rest.lowerBound, as: UInt64.self)
    else { return nil }
    rest = rest.lowerBound + 8..<rest.upperBound
    return Int(exactly: wide)
  }

  func disk(_ narrow: UInt16) -> Int? {
    guard narrow == 0xFFFF else { return Int(narrow) }
    guard rest.count >= 4, let wide = file.integer(at: rest.lowerBound, as: UInt32.self)
    else { return nil }
    return Int(wide)
  }
}

// MARK: - Local header

extension ZipEntry {
  /// Where the entry's bytes lie, once its own header agrees with the directory's line.
  func payload(in file: MappedFile) throws(CheckpointDefect) -> ZipPayload {
    guard file.integer(at: headerOffset, as: UInt32.self) == 0x0403_4B50,
      let flags = file.integer(at: headerOffset + 6, as: UInt16.self),
      let method = file.integer(at: headerOffset + 8, as: UInt16.self),
      let compressed = file.integer(at: headerOffset + 18, as: UInt32.self),
      let uncompressed = file.integer(at: headerOffset + 22, as: UInt32.self),
      let nameLength = file.integer(at: headerOffset + 26, as: UInt16.self),
      let extraLength = file.integer(at: headerOffset + 28, as: UInt16.self)
    else { throw CheckpointDefect("zip entry \(quoted(name)) has no header of its own") }
    let extraStart = headerOffset + 30 + Int(nameLength)
    let start = extraStart + Int(extraLength)
    guard start <= limit, limit - start >= compressedSize else {
      throw CheckpointDefect("zip entry \(quoted(name)) overlaps what follows it")
    }
    var wide = Zip64Extra(file, range: extraStart..<start)
    // Sizes that follow the bytes, as PyTorch writes them, may be 0 here.
    let follow = flags & 0x0008 != 0
    let uncompressedAgrees = wide.value(uncompressed) == uncompressedSize
    let compressedAgrees = wide.value(compressed) == compressedSize
    let agrees =
      flags & 0x2041 == 0 && method == (isDeflated ? 8 : 0)
      && file.copy(headerOffset + 30..<extraStart) == Array(name.utf8)
      && (uncompressedAgrees || follow && [0, 0xFFFF_FFFF].contains(uncompressed))
      && (compressedAgrees || follow && [0, 0xFFFF_FFFF].contains(compressed))
    guard agrees else {
      throw CheckpointDefect("zip entry \(quoted(name)) differs from what the zip directory says")
    }
    return ZipPayload(
      range: start..<start + compressedSize, isDeflated: isDeflated,
      uncompressedSize: uncompressedSize)
  }
}
