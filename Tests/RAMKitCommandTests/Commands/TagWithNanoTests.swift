import Foundation
import Testing
import _RAMKitTestSupport

/// The model that comes with the program, found wherever the program is.
@Suite struct TagWithNanoTests {
  private static func beside(_ program: URL, _ name: String) -> URL {
    program.deletingLastPathComponent().appendingPathComponent(name)
  }

  @Test func throughALinkFromAnotherFolder() async throws {
    let folder = try TaggingFolder()
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: Command.program())
    let outcome = try await Command.run(
      "tag", "--format", "json", "--scores", "a.bmp", program: link, in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let objects = try outcome.json(as: [[String: Any]].self)
    #expect((objects.first?["logits"] as? [Any])?.count ?? 0 > 1000)
  }

  @Test func movedAlongWithItsFiles() async throws {
    let folder = try TaggingFolder()
    let program = try Command.program()
    let copy = folder.file("ramkit")
    try Command.copyProgram(to: copy)
    // The ending is the build system's: one on Linux, another on Apple systems.
    let bundles = ["RAMKit_RAMKitNano.resources", "RAMKit_RAMKitNano.bundle"].filter {
      FileManager.default.fileExists(atPath: Self.beside(program, $0).path)
    }
    let bundle = try #require(bundles.first)
    try FileManager.default.copyItem(at: Self.beside(program, bundle), to: folder.file(bundle))
    let outcome = try await Command.run("tag", "a.bmp", program: copy, in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func movedWithoutItsFiles() async throws {
    let folder = try TaggingFolder()
    let program = try Command.program()
    let copy = folder.file("ramkit")
    try Command.copyProgram(to: copy)
    let lost = try await Command.run("tag", "a.bmp", program: copy, in: folder.url)
    #expect(lost.status == 66)
    #expect(lost.output.isEmpty)
    #expect(lost.errors.contains("ram-nano") && lost.errors.contains("RAMKIT_CACHE_DIR"))

    let bundles = program.deletingLastPathComponent().path
    let found = try await Command.run(
      "tag", "a.bmp", program: copy, environment: ["RAMKIT_CACHE_DIR": bundles], in: folder.url)
    #expect(found.status == 0, "\(found.errors)")
  }
}
