import Foundation
import RAMKit
import Testing

@Suite struct ZipArchiveTests {
  let folder: CheckpointFolder

  init() throws { folder = try CheckpointFolder() }

  private let values = floats(1, 2, 3)

  /// An honest file with one tensor of three numbers, `weight`.
  private var honest: [ZipBuilder.Entry] {
    let pickle = PickleBuilder.weight { $0.tensor("0", count: 3, shape: [3], strides: [1]) }
    return torchEntries(pickle, storages: ["0": values])
  }

  /// The honest file with its last entry, the storage, changed.
  private func changed(_ change: (inout ZipBuilder.Entry) -> Void) -> [ZipBuilder.Entry] {
    var entries = honest
    change(&entries[2])
    return entries
  }

  @Test func readsStoredAndDeflatedWithAndWithoutZip64() throws {
    for isDeflated in [false, true] {
      for usesZip64 in [false, true] {
        for sizesFollow in [false, true] {
          var entries = honest
          if isDeflated { entries[2] = .deflated("m/data/0", values) }
          for index in entries.indices {
            entries[index].usesZip64 = usesZip64
            if sizesFollow { entries[index].flags |= 8 }
          }
          var zip = ZipBuilder(entries)
          zip.usesZip64 = usesZip64
          zip.comment = Array("PK\u{5}\u{6} a comment".utf8)
          #expect(try folder.open(zip.build()).bytes(of: "weight") == values)
        }
      }
    }
  }

  @Test func readsBehindFourGigabytes() throws {
    // A sparse file: the storage and the directory lie beyond what 32 bits can say.
    var entries = honest
    entries[2].usesZip64 = true
    let gap = 5 << 30
    entries[2].offsetError = gap
    var zip = ZipBuilder(entries)
    zip.usesZip64 = true
    zip.directoryError = gap
    let bytes = zip.build()
    let storage = try #require(
      Data(bytes).range(of: Data("m/data/0".utf8)).map { $0.lowerBound - 30 })
    let locator = bytes.count - 42
    let url = try folder.folder.write(bytes[..<storage], to: "large")
    let file = try FileHandle(forWritingTo: url)
    try file.seek(toOffset: UInt64(storage + gap))
    var tail = Array(bytes[storage...])
    // The locator's offset of the zip64 record moves, too.
    let record = UInt64(locator - 56 + gap)
    tail.replaceSubrange(locator - storage + 8..<locator - storage + 16, with: little(record))
    try file.write(contentsOf: Data(tail))
    try file.close()
    #expect(try Checkpoint(contentsOf: url).bytes(of: "weight") == values)
  }

  @Test func namesStayInTheirFolder() {
    let names = [
      "../m/data/1", "m/../../x", "/etc/passwd", "m//x", "m/./x", "m\\x", "m/\0x", "", "/", "..",
    ]
    for name in names {
      expectMalformed("no plain relative path", "\(name)") {
        try folder.open(honest + [ZipBuilder.Entry(name, [1])])
      }
    }
    var latin = ZipBuilder.Entry("m/x", [1])
    latin.name = [0x6D, 0xE9]
    expectMalformed("not UTF-8") { try folder.open(honest + [latin]) }
  }

  @Test func foldersMayBeListed() throws {
    let entries = [ZipBuilder.Entry("m/", [])] + honest
    #expect(try folder.open(entries).bytes(of: "weight") == values)
  }

  @Test func namesComeOnce() {
    expectMalformed("'m/data/0' twice") { try folder.open(honest + [honest[2]]) }
    expectMalformed("'m/data.pkl' twice") { try folder.open([honest[0]] + honest) }
  }

  @Test func sizesAreWhatTheySay() {
    expectMalformed("claims") { try folder.open(changed { $0.uncompressedSize = 1 << 30 }) }
    expectMalformed("claims") { try folder.open(changed { $0.compressedSize = 4 }) }
    expectMalformed("overlaps what follows") {
      try folder.open(
        changed {
          $0.compressedSize = 80
          $0.uncompressedSize = 80
        })
    }
    expectMalformed("beyond the file") {
      try folder.open(
        changed {
          $0.usesZip64 = true
          $0.compressedSize = .max
          $0.uncompressedSize = .max
        })
    }
    expectMalformed("differs from what the zip directory says") {
      try folder.open(changed { $0.localSize = 11 })
    }
    expectMalformed("storage '0' claims 3 elements") {
      try folder.open(
        changed {
          $0.compressedSize = 8
          $0.uncompressedSize = 8
        })
    }
  }

  @Test func headersAgree() {
    let differs = "differs from what the zip directory says"
    expectMalformed(differs) { try folder.open(changed { $0.localName = Array("m/data/1".utf8) }) }
    expectMalformed(differs) { try folder.open(changed { $0.localMethod = 8 }) }
    expectMalformed("no header of its own") {
      try folder.open(
        changed {
          $0.payload.append(0)
          $0.offsetError = 1
        })
    }
    expectMalformed("beyond the file") {
      try folder.open(
        changed {
          $0.usesZip64 = true
          $0.offsetError = 1 << 40
        })
    }
    // Two entries on the same bytes.
    expectMalformed("overlaps") {
      try folder.open(
        honest
          + changed { $0.name = Array("m/data/1".utf8) }.suffix(1).map { entry in
            var entry = entry
            entry.offsetError = -(30 + entry.name.count + values.count)
            return entry
          })
    }
  }

  @Test func encryptionAndOtherMethodsAreNamed() {
    for flags: UInt16 in [0x0001, 0x0040, 0x2000] {
      expectMalformed("encrypted") { try folder.open(changed { $0.flags = flags }) }
    }
    for method: UInt16 in [1, 9, 12, 14, 93, 95, 99] {
      expectMalformed("method \(method)") { try folder.open(changed { $0.method = method }) }
    }
  }

  @Test func partsOfAnArchiveAreRefused() {
    expectMalformed("") { try folder.open(changed { $0.disk = 1 }) }
    for usesZip64 in [false, true] {
      var zip = ZipBuilder(honest)
      zip.usesZip64 = usesZip64
      zip.disk = 1
      expectMalformed("several files") { try folder.open(zip.build()) }
    }
  }

  @Test func theDirectoryIsWhereAndWhatItSays() {
    for error in [-1, 1, 1000] {
      var zip = ZipBuilder(honest)
      zip.directoryError = error
      expectMalformed("does not lie where") { try folder.open(zip.build()) }
      zip.usesZip64 = true
      expectMalformed("does not lie where") { try folder.open(zip.build()) }
    }
    for error in [-1, 1] {
      var zip = ZipBuilder(honest)
      zip.countError = error
      expectMalformed("claims") { try folder.open(zip.build()) }
    }
    var many = ZipBuilder(honest)
    many.usesZip64 = true
    many.countError = 1 << 40
    expectMalformed("claims 1099511627779 entries") { try folder.open(many.build()) }
  }

  @Test func everyTruncationIsAnError() throws {
    var zip = ZipBuilder(honest)
    zip.usesZip64 = true
    let bytes = zip.build()
    for count in 0..<bytes.count where count % 5 == 0 || count > bytes.count - 120 {
      expectMalformed("", "\(count) bytes") { try folder.open(Array(bytes[..<count])) }
    }
    expectMalformed("has a rest") { try folder.open(bytes + [0]) }
    zip.usesZip64 = false
    expectMalformed("does not lie where") { try folder.open(Array("PK".utf8) + zip.build()) }
  }

  @Test func deflatedBytesAreBounded() throws {
    func deflated(_ change: (inout ZipBuilder.Entry) -> Void) -> [ZipBuilder.Entry] {
      changed { entry in
        entry = .deflated("m/data/0", values)
        change(&entry)
      }
    }
    // More than deflate can ever make of so few bytes.
    expectMalformed("claims") { try folder.open(deflated { $0.uncompressedSize = 1 << 40 }) }

    func broken(_ entries: [ZipBuilder.Entry], _ count: Int) throws -> [UInt8] {
      var entries = entries
      entries[0].payload = PickleBuilder.weight {
        $0.tensor("0", count: count, shape: [count], strides: [1])
      }
      entries[0] = ZipBuilder.Entry("m/data.pkl", entries[0].payload)
      return try folder.open(entries).bytes(of: "weight")
    }
    expectMalformed("end early") { try broken(deflated { $0.uncompressedSize = 16 }, 4) }
    expectMalformed("go on behind") { try broken(deflated { $0.uncompressedSize = 8 }, 2) }
    expectMalformed("damaged") { try broken(deflated { $0.payload[0] = 7 }, 3) }
    // A pickle that is deflated, and lies.
    var entries = honest
    entries[0] = .deflated("m/data.pkl", entries[0].payload)
    #expect(try folder.open(entries).bytes(of: "weight") == values)
    entries[0].uncompressedSize += 1
    expectMalformed("'m/data.pkl': its deflated bytes end early") { try folder.open(entries) }
  }
}
