import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct AtomicFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  /// Writes `pieces` to the file `name`, and commits them or not.
  private func write(_ pieces: [[UInt8]], to name: String, commit: Bool) throws(RAMKitError) {
    var file = try AtomicFile(replacing: folder.file(name))
    for piece in pieces {
      try piece.withUnsafeBufferPointer { (bytes) throws(RAMKitError) in
        try file.write(UnsafeRawBufferPointer(bytes))
      }
    }
    if commit { try file.commit() }
  }

  @Test func committedBytesReplaceTheOldFile() throws {
    // A name as long as file systems allow: the temporary one must not be longer.
    let name = "ü " + String(repeating: "n", count: 252)
    try folder.write([9, 9, 9], to: name)
    try write([[1, 2], [], [3]], to: name, commit: true)
    #expect(try [UInt8](Data(contentsOf: folder.file(name))) == [1, 2, 3])
    #expect(try names == [name])
  }

  @Test func anythingElseLeavesNoTrace() throws {
    try folder.write([9], to: "old")
    try write([[1, 2]], to: "old", commit: false)
    try write([[1, 2]], to: "new", commit: false)
    #expect(try [UInt8](Data(contentsOf: folder.file("old"))) == [9])
    #expect(try names == ["old"])
  }

  @Test func aLinkIsReplacedAndItsTargetKept() throws {
    let target = try folder.write([9], to: "target")
    try FileManager.default.createSymbolicLink(at: folder.file("link"), withDestinationURL: target)
    try write([[1]], to: "link", commit: true)
    #expect(try [UInt8](Data(contentsOf: target)) == [9])
    #expect(try [UInt8](Data(contentsOf: folder.file("link"))) == [1])
  }

  @Test func foldersAndMissingFoldersAreTyped() throws {
    try FileManager.default.createDirectory(
      at: folder.file("taken"), withIntermediateDirectories: true)
    for name in ["taken", "taken/", "none/file", "nu\0l"] {
      #expect("\(name)") {
        try write([], to: name, commit: true)
      } throws: { error in
        if case .unwritableFile? = error as? RAMKitError { true } else { false }
      }
    }
    #expect(try names == ["taken"])
  }
}
