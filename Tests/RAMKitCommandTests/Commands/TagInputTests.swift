import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// What `ramkit tag` can be given: photos, folders, standard input, lines.
@Suite struct TagInputTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  private func tag(_ arguments: String..., input: String = "") async throws -> Command.Outcome {
    try await folder.tag(arguments, input: input)
  }

  /// The objects of `--format jsonl`.
  private func objects(_ outcome: Command.Outcome) throws -> [[String: Any]] {
    try outcome.lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any])
    }
  }

  // MARK: - Lines

  @Test func linesComeOutAsTheyWentIn() async throws {
    let broken: Set<Int> = [0, 7, 30, 31, 59]
    let lines = (0..<60).map { index in
      if index == 31 { return "{\"pth\": \"a.bmp\"}" }
      let path = broken.contains(index) ? "empty.jpg" : index % 2 == 0 ? "a.bmp" : "b.bmp"
      return index % 3 == 0 ? path : "{\"path\": \"\(path)\", \"id\": \"n\(index)\"}"
    }
    let outcome = try await tag(
      "--jsonl-input", "--format", "jsonl", input: lines.joined(separator: "\n") + "\n")
    #expect(outcome.status == 1)
    let objects = try objects(outcome)
    try #require(objects.count == 60)
    for (index, object) in objects.enumerated() {
      #expect((object["error"] != nil) == broken.contains(index))
      if index % 3 != 0, index != 31 { #expect(object["id"] as? String == "n\(index)") }
      if !broken.contains(index) { #expect(object["width"] as? Int == (index % 2 == 0 ? 24 : 9)) }
    }
    let error = objects[31]["error"] as? [String: String]
    #expect(error?["code"] == "malformedInput")
    #expect(error?["message"]?.contains("32") == true)
  }

  @Test(.timeLimit(.minutes(2))) func aLineIsAnsweredBeforeTheNextIsWritten() async throws {
    let (lines, results) = (Pipe(), Pipe())
    let process = try folder.process("--jsonl-input", "--format", "jsonl")
    process.standardInput = lines
    process.standardOutput = results
    let status = try await Command.end(of: process) {
      for name in ["a.bmp", "b.bmp", "a.bmp"] {
        lines.fileHandleForWriting.write(Data("\(name)\n".utf8))
        var answer = Data()
        while answer.last != 0x0A { answer += results.fileHandleForReading.availableData }
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix("{\"path\": \"\(name)\", "))
      }
      try lines.fileHandleForWriting.close()
    }
    #expect(status == 0)
  }

  @Test func idsAreEchoedToTheLetter() async throws {
    let ids = ["12345678901234567890.10", "null", "[1, {\"a\": 2.0}]", "\"x\\u00e9\"", "true"]
    let lines = ids.map { "{\"path\": \"a.bmp\", \"id\": \($0)}" }.joined(separator: "\n")
    let outcome = try await tag("--jsonl-input", "--format", "jsonl", input: lines)
    #expect(outcome.status == 0)
    for (id, line) in zip(ids, outcome.lines) {
      #expect(line.hasPrefix("{\"path\": \"a.bmp\", \"id\": \(id), \"width\": 24,"))
    }
  }

  @Test func noLineIsNoPhoto() async throws {
    let outcome = try await tag("--jsonl-input", "--format", "json", input: "")
    #expect(outcome.status == 0)
    #expect(try outcome.json(as: [Any].self).isEmpty)
  }

  // MARK: - Paths

  @Test func aPhotoOnStandardInput() async throws {
    let photo = folder.file("a.bmp")
    let process = try folder.process("--format", "jsonl", "-")
    process.standardInput = try FileHandle(forReadingFrom: photo)
    let output = try folder.write("", to: "out")
    process.standardOutput = try FileHandle(forWritingTo: output)
    #expect(try await Command.end(of: process) == 0)
    let text = try String(contentsOf: output, encoding: .utf8)
    #expect(text.hasPrefix("{\"path\": \"-\", \"width\": 24, \"height\": 17,"))

    let nothing = try await tag("--format", "jsonl", "-")
    #expect(nothing.status == 1)
    #expect(nothing.output.contains("unreadableImage"))
  }

  @Test func foldersGiveTheirPhotosInOrder() async throws {
    try folder.write(TaggingFolder.bmp(), to: "album/z.bmp")
    try folder.write(TaggingFolder.bmp(), to: "album/deep/y.bmp")
    try folder.write("not looked at", to: "album/notes.txt")
    let flat = try await tag("--format", "jsonl", "album", "a.bmp")
    #expect(flat.status == 0)
    #expect(try objects(flat).map { $0["path"] as? String } == ["album/z.bmp", "a.bmp"])
    let deep = try await tag("--format", "jsonl", "--recursive", "album/")
    #expect(
      try objects(deep).map { $0["path"] as? String } == ["album/deep/y.bmp", "album/z.bmp"])
  }

  @Test func whatIsNoFileFailsAndDoesNotHang() async throws {
    #expect(mkfifo(folder.file("fifo.jpg").path, 0o600) == 0)
    let outcome = try await tag("--format", "jsonl", "fifo.jpg", "/dev/zero", "a.bmp")
    #expect(outcome.status == 1)
    let codes = try objects(outcome).map { ($0["error"] as? [String: String])?["code"] }
    #expect(codes == ["notARegularFile", "notARegularFile", nil])
  }

  @Test func oddNamesAreNoTrouble() async throws {
    for name in ["p%20 #?é.bmp", "~home.bmp", "two\nlines.bmp", "comma,\"quote\".bmp"] {
      try folder.write(TaggingFolder.bmp(), to: name)
      let outcome = try await tag("--format", "jsonl", name)
      #expect(outcome.status == 0, "\(name): \(outcome.errors)")
      #expect(try objects(outcome).first?["path"] as? String == name)
    }
    try folder.write(TaggingFolder.bmp(), to: "-dash.bmp")
    #expect(try await tag("--", "-dash.bmp").status == 0)
  }
}
