import Foundation
import RAMKit
import Testing

@Suite final class RegularFileTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("regular-file-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func withFile(_ bytes: [UInt8], _ body: (URL) throws -> Void) throws {
    let url = folder.appendingPathComponent("file ü.bin")
    try Data(bytes).write(to: url)
    try body(url)
  }

  @Test func readsAndMapsTheSameBytes() throws {
    let bytes = (0..<100_003).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try withFile(bytes) { url in
      let file = try RegularFile(at: url)
      let size = file.size
      #expect(size == bytes.count)
      let read = try file.readAll(limit: bytes.count)
      #expect(read == bytes)
      let mapped = try file.map()
      #expect(mapped.size == bytes.count)
      #expect(mapped.bytes.elementsEqual(bytes))
      mapped.dropPages(5_000..<60_000)
      mapped.dropPages(-5..<Int.max)
      mapped.dropPages(200_000..<300_000)
      #expect(mapped.bytes.elementsEqual(bytes), "dropped pages come back")
    }
  }

  @Test func anEmptyFileIsNoBytes() throws {
    try withFile([]) { url in
      let file = try RegularFile(at: url)
      let read = try file.readAll(limit: 0)
      #expect(read.isEmpty)
      let mapped = try file.map()
      #expect(mapped.size == 0)
      mapped.dropPages(0..<10)
    }
  }

  @Test func aFileBeyondTheLimitIsNotRead() throws {
    try withFile([1, 2, 3]) { url in
      let path = url.path
      #expect(
        throws: RAMKitError.unreadableFile(
          path: path, reason: "3 bytes are more than the limit of 2")
      ) {
        let file = try RegularFile(at: url)
        _ = try file.readAll(limit: 2)
      }
    }
  }

  @Test func whatIsNoPlainFileIsRefusedWithoutWaiting() throws {
    let fifo = folder.appendingPathComponent("fifo").path
    #expect(mkfifo(fifo, 0o600) == 0)
    for path in [fifo, folder.path, "/dev/null"] {
      #expect(throws: RAMKitError.notARegularFile(path: path)) { _ = try RegularFile(path: path) }
    }
  }

  @Test func missingFilesAreNamed() throws {
    let file = folder.appendingPathComponent("plain").path
    try Data([1]).write(to: URL(fileURLWithPath: file))
    for path in ["", folder.path + "/none", file + "/below-a-file", file + "\0.png"] {
      #expect(throws: RAMKitError.fileNotFound(path: path)) { _ = try RegularFile(path: path) }
    }
  }

  @Test func aFileOfOthersIsAPermissionError() throws {
    try withFile([1]) { url in
      let path = url.path
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
      if geteuid() == 0 {
        // Root reads everything.
        let size = try RegularFile(path: path).size
        #expect(size == 1)
      } else {
        #expect(throws: RAMKitError.permissionDenied(path: path)) {
          _ = try RegularFile(path: path)
        }
      }
    }
  }

  @Test func anAddressOnANetworkIsRefused() throws {
    let url = try #require(URL(string: "https://example.com/a.jpg"))
    #expect(throws: RAMKitError.self) { _ = try RegularFile(at: url) }
  }
}
