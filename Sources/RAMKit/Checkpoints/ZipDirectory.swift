/// Finds a zip file's central directory from the records at its end.
struct ZipDirectory {
  let range: Range<Int>
  let entryCount: UInt64

  init(_ file: MappedFile) throws(CheckpointDefect) {
    let end = try Self.endRecord(file)
    let record = try Self.read32(file, at: end)
    var directory = record
    var directoryEnd = end
    if file.integer(at: end - 20, as: UInt32.self) == 0x0706_4B50 {
      let start = try Self.zip64Record(file, locator: end - 20)
      directory = try Self.read64(file, at: start)
      directoryEnd = start
      guard record.isCompatible(with: directory) else {
        throw CheckpointDefect("its two zip directory records disagree")
      }
    } else if record.isSaturated {
      throw CheckpointDefect("its zip64 directory record is missing")
    }
    guard let size = Int(exactly: directory.size), let offset = Int(exactly: directory.offset),
      size <= directoryEnd, offset == directoryEnd - size
    else {
      throw CheckpointDefect("its zip directory does not lie where its end record says")
    }
    range = offset..<directoryEnd
    entryCount = directory.entryCount
  }

  // MARK: - Records

  /// What both kinds of end record say.
  private struct Record {
    var entryCount: UInt64
    var size: UInt64
    var offset: UInt64

    /// Whether a value is the one that stands for "see the zip64 record".
    var isSaturated: Bool {
      entryCount == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF
    }

    func isCompatible(with wide: Record) -> Bool {
      (entryCount == 0xFFFF || entryCount == wide.entryCount)
        && (size == 0xFFFF_FFFF || size == wide.size)
        && (offset == 0xFFFF_FFFF || offset == wide.offset)
    }
  }

  /// The offset of the end record, whose comment must end with the file.
  private static func endRecord(_ file: MappedFile) throws(CheckpointDefect) -> Int {
    var offset = file.size - 22
    while offset >= 0, offset >= file.size - 22 - 0xFFFF {
      if file.integer(at: offset, as: UInt32.self) == 0x0605_4B50,
        let comment = file.integer(at: offset + 20, as: UInt16.self),
        Int(comment) == file.size - 22 - offset
      {
        return offset
      }
      offset -= 1
    }
    throw CheckpointDefect("its zip directory is missing: the file was cut short, or has a rest")
  }

  private static func read32(
    _ file: MappedFile, at offset: Int
  ) throws(CheckpointDefect) -> Record {
    guard let disk = file.integer(at: offset + 4, as: UInt16.self),
      let directoryDisk = file.integer(at: offset + 6, as: UInt16.self),
      let countHere = file.integer(at: offset + 8, as: UInt16.self),
      let count = file.integer(at: offset + 10, as: UInt16.self),
      let size = file.integer(at: offset + 12, as: UInt32.self),
      let start = file.integer(at: offset + 16, as: UInt32.self)
    else { throw CheckpointDefect("its zip end record is cut short") }
    // All ones in place of a disk number, too, may refer to the zip64 record.
    guard [0, 0xFFFF].contains(disk), [0, 0xFFFF].contains(directoryDisk), countHere == count
    else { throw CheckpointDefect("it is one part of a zip archive of several files") }
    return Record(entryCount: UInt64(count), size: UInt64(size), offset: UInt64(start))
  }

  private static func zip64Record(
    _ file: MappedFile, locator: Int
  ) throws(CheckpointDefect) -> Int {
    guard let disk = file.integer(at: locator + 4, as: UInt32.self),
      let offset = file.integer(at: locator + 8, as: UInt64.self),
      let disks = file.integer(at: locator + 16, as: UInt32.self),
      disk == 0, disks <= 1
    else { throw CheckpointDefect("it is one part of a zip archive of several files") }
    guard let start = Int(exactly: offset), start <= locator - 56,
      file.integer(at: start, as: UInt32.self) == 0x0606_4B50,
      let length = file.integer(at: start + 4, as: UInt64.self),
      length == UInt64(locator - start - 12)
    else { throw CheckpointDefect("its zip64 directory record is damaged") }
    return start
  }

  private static func read64(
    _ file: MappedFile, at offset: Int
  ) throws(CheckpointDefect) -> Record {
    guard let disk = file.integer(at: offset + 16, as: UInt32.self),
      let directoryDisk = file.integer(at: offset + 20, as: UInt32.self),
      let countHere = file.integer(at: offset + 24, as: UInt64.self),
      let count = file.integer(at: offset + 32, as: UInt64.self),
      let size = file.integer(at: offset + 40, as: UInt64.self),
      let start = file.integer(at: offset + 48, as: UInt64.self)
    else { throw CheckpointDefect("its zip64 directory record is damaged") }
    guard disk == 0, directoryDisk == 0, countHere == count else {
      throw CheckpointDefect("it is one part of a zip archive of several files")
    }
    return Record(entryCount: count, size: size, offset: start)
  }
}
