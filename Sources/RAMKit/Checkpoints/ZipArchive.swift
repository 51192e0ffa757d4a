/// A zip archive (PKWARE's APPNOTE, with zip64) whose entries are stored or deflated.
///
/// Only what PyTorch and common zip programs write is accepted. Names can't lead out of a folder or
/// come twice, entries can't overlap, and what the central directory says about an entry counts
/// only once the entry's own header has agreed. Checksums are not compared: it would mean to read
/// all of a file of gigabytes, and PyTorch can be told to write none.
struct ZipArchive {
  /// By name, without folders.
  private(set) var entries: [String: ZipEntry] = [:]

  private let file: MappedFile

  /// Keeps the memory that a hostile directory can take in bounds.
  private static let maximumEntryCount: UInt64 = 1 << 17

  init(_ file: MappedFile) throws(CheckpointDefect) {
    self.file = file
    let directory = try ZipDirectory(file)
    guard directory.entryCount <= Self.maximumEntryCount else {
      throw CheckpointDefect("its zip directory claims \(directory.entryCount) entries")
    }
    var all: [ZipEntry] = []
    var names: Set<String> = []
    var offset = directory.range.lowerBound
    while offset < directory.range.upperBound {
      guard UInt64(all.count) < directory.entryCount else {
        throw CheckpointDefect("its zip directory holds more entries than it claims")
      }
      let (entry, next) = try ZipEntry.read(file, at: offset, end: directory.range.upperBound)
      guard names.insert(entry.name).inserted else {
        throw CheckpointDefect("its zip directory names \(quoted(entry.name)) twice")
      }
      all.append(entry)
      offset = next
    }
    guard UInt64(all.count) == directory.entryCount else {
      throw CheckpointDefect(
        "its zip directory claims \(directory.entryCount) entries and holds \(all.count)")
    }
    try separate(&all, before: directory.range.lowerBound)
    for entry in all where !entry.isFolder { entries[entry.name] = entry }
  }

  /// Gives each entry the room up to the next one, and checks that it could fit.
  private func separate(_ all: inout [ZipEntry], before end: Int) throws(CheckpointDefect) {
    all.sort { $0.headerOffset < $1.headerOffset }
    for index in all.indices {
      all[index].limit = index + 1 < all.count ? all[index + 1].headerOffset : end
      // What precedes the bytes is at least the fixed part of the header and the name.
      let room = all[index].limit - all[index].headerOffset - 30 - all[index].name.utf8.count
      guard room >= all[index].compressedSize else {
        throw CheckpointDefect(
          "zip entry \(quoted(all[index].name)) claims \(all[index].compressedSize) bytes and "
            + "overlaps what follows it")
      }
    }
  }

  /// Where the bytes of an entry lie, once its own header agrees with the directory.
  func payload(of entry: ZipEntry) throws(CheckpointDefect) -> ZipPayload {
    try entry.payload(in: file)
  }

  /// All bytes of an entry, unpacked, where they are no more than `limit`.
  func contents(of entry: ZipEntry, limit: Int) throws(CheckpointDefect) -> [UInt8] {
    guard entry.uncompressedSize <= limit else {
      throw CheckpointDefect(
        "zip entry \(quoted(entry.name)) has \(entry.uncompressedSize) bytes, more than \(limit)")
    }
    let payload = try payload(of: entry)
    guard let packed = file.copy(payload.range) else {
      throw CheckpointDefect("zip entry \(quoted(entry.name)) reaches beyond the end of the file")
    }
    guard payload.isDeflated else { return packed }
    var bytes = [UInt8](repeating: 0, count: payload.uncompressedSize)
    do {
      try bytes.withUnsafeMutableBufferPointer { (buffer) throws(CheckpointDefect) in
        try packed.withUnsafeBufferPointer { (packed) throws(CheckpointDefect) in
          try payload.inflate(
            UnsafeRawBufferPointer(packed), offset: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
      }
    } catch {
      throw CheckpointDefect("zip entry \(quoted(entry.name)): \(error.reason)")
    }
    return bytes
  }
}
