import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Where and how `ramkit tag` writes.
@Suite struct TagOutputTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  private func tag(_ arguments: String..., input: String = "") async throws -> Command.Outcome {
    try await folder.tag(arguments, input: input)
  }

  // MARK: - Formats

  @Test func textHasAPhotoAndItsTagsALine() async throws {
    let outcome = try await tag("--threshold", "0", "--top", "2", "a.bmp", "b.bmp")
    #expect(outcome.status == 0)
    try #require(outcome.lines.count == 6)
    #expect(outcome.lines[0] == "a.bmp")
    #expect(outcome.lines[1].wholeMatch(of: #/  [01]\.\d{3}  .+/#) != nil)
    #expect(outcome.lines[3] == "b.bmp")
  }

  @Test func csvHasARowATag() async throws {
    try folder.write(TaggingFolder.bmp(), to: "x,\"y\".bmp")
    let outcome = try await tag(
      "--format", "csv", "--threshold", "0", "--top", "2", "x,\"y\".bmp", "empty.jpg")
    #expect(outcome.status == 1)
    #expect(
      outcome.lines[0] == "path,width,height,label,index,score,logit,threshold,error")
    try #require(outcome.lines.count == 4)
    #expect(outcome.lines[1].hasPrefix("\"x,\"\"y\"\".bmp\",24,17,"))
    #expect(outcome.lines[1].hasSuffix(",0.0,"))
    #expect(outcome.lines[3].hasPrefix("empty.jpg,,,,,,,,"))
    #expect(outcome.lines[3].contains("unreadableImage"))
  }

  @Test func csvHasAnIDIfTheInputHas() async throws {
    let outcome = try await tag(
      "--jsonl-input", "--format", "csv", "--threshold", "1",
      input: "{\"path\": \"a.bmp\", \"id\": \"x,1\"}\na.bmp\n")
    #expect(
      outcome.lines == [
        "path,id,width,height,label,index,score,logit,threshold,error",
        "a.bmp,\"x,1\",24,17,,,,,,", "a.bmp,,24,17,,,,,,",
      ])
  }

  // MARK: - Choices

  @Test func withoutAModelItIsRAMNano() async throws {
    let outcome = try await Command.run(
      "tag", "--format", "json", "--threshold", "0", "a.bmp", in: folder.url)
    #expect(outcome.status == 0)
    let photo = try #require(outcome.json(as: [[String: Any]].self).first)
    #expect(photo["model"] as? String == "ram_nano")
    let tags = try #require(photo["tags"] as? [[String: Any]])
    #expect(tags.contains { $0["label"] as? String == "golden retriever" })
  }

  @Test func theTopOfTheTags() async throws {
    for top in [1, 3] {
      let outcome = try await tag("--threshold", "0", "--top", "\(top)", "a.bmp")
      #expect(outcome.lines.count == 1 + top)
    }
  }

  @Test func onlyTheLabelsAskedFor() async throws {
    let all = try await tag("--threshold", "0", "a.bmp")
    let names = all.lines.dropFirst().map { String($0.dropFirst("  0.000  ".count)) }
    let (first, last) = (try #require(names.first), try #require(names.last))
    let some = try await tag("--threshold", "0", "--label", last, "--label", first, "a.bmp")
    #expect(some.status == 0)
    #expect(some.lines.dropFirst().map { $0.dropFirst(9) } == [first[...], last[...]])
    let best = try await tag(
      "--threshold", "0", "--label", last, "--label", first, "--top", "1", "a.bmp")
    #expect(best.lines.count == 2)
    let unknown = try await tag("--label", "xyzzy", "a.bmp")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("xyzzy"))
    #expect(unknown.output.isEmpty)
  }

  @Test func saysLittleOrMuch() async throws {
    let quiet = try await tag("--quiet", "empty.jpg", "a.bmp")
    #expect(quiet.status == 1)
    #expect(quiet.errors.isEmpty)
    let verbose = try await tag("--verbose", "a.bmp")
    #expect(verbose.errors.contains("ms"))
    #expect(verbose.output == (try await tag("a.bmp")).output)
  }

  // MARK: - Files

  @Test func aFileIsReplacedWhole() async throws {
    try folder.write("old", to: "tags.txt")
    let before = try folder.names()
    let outcome = try await tag("--output", "tags.txt", "a.bmp")
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    let text = try String(contentsOf: folder.file("tags.txt"), encoding: .utf8)
    #expect(text == (try await tag("a.bmp")).output)
    #expect(try folder.names() == before, "and nothing else is left")
  }

  @Test func aFileStaysWhereTheRunFails() async throws {
    try folder.write("old", to: "tags.txt")
    let before = try folder.names()
    for arguments in [["--names", "missing.txt", "a.bmp"], ["--label", "xyzzy", "a.bmp"]] {
      let outcome = try await folder.tag(["--output", "tags.txt"] + arguments)
      #expect(outcome.status != 0)
      #expect(try String(contentsOf: folder.file("tags.txt"), encoding: .utf8) == "old")
    }
    #expect(try folder.names() == before)
  }

  @Test func aFailedPhotoDoesNotCostTheFile() async throws {
    let outcome = try await tag("--output", "tags.txt", "a.bmp", "empty.jpg")
    #expect(outcome.status == 1)
    let text = try String(contentsOf: folder.file("tags.txt"), encoding: .utf8)
    #expect(text.contains("a.bmp") && text.contains("empty.jpg"))
  }

  @Test func whatCannotBeWrittenIs73() async throws {
    #expect(try await tag("--output", "no/such/folder.txt", "a.bmp").status == 73)
    #expect(try await tag("--output", ".", "a.bmp").status == 73)
    #if os(Linux)
      #expect(try await tag("--output", "/dev/full", "a.bmp").status == 73)
    #endif
  }

  @Test func linksAndDevicesStayWhatTheyAre() async throws {
    #expect(try await tag("--output", "/dev/null", "a.bmp").status == 0)
    try folder.write("old", to: "tags.txt")
    let link = folder.file("link.txt")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder.file("tags.txt"))
    #expect(try await tag("--output", "link.txt", "a.bmp").status == 0)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: link.path).hasSuffix("tags.txt"))
    #expect(try String(contentsOf: link, encoding: .utf8).hasPrefix("a.bmp"))
  }

  // MARK: - Ends

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func anInterruptionLeavesNothingBehind(_ signal: Int32, _ status: Int32) async throws {
    let before = try folder.names()
    let lines = Pipe()
    let process = try folder.process("--jsonl-input", "--output", "tags.txt")
    process.standardInput = lines
    let ended = try await Command.end(of: process) {
      lines.fileHandleForWriting.write(Data("a.bmp\n".utf8))
      // The temporary file tells that the run is on.
      let deadline = Date(timeIntervalSinceNow: 60)
      while try folder.names() == before, Date() < deadline { usleep(10_000) }
      #expect(try folder.names() != before)
      kill(process.processIdentifier, signal)
    }
    #expect(ended == status)
    #expect(try folder.names() == before)
    try lines.fileHandleForWriting.close()
  }

  @Test func aReaderThatLeavesEndsTheRun() async throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let outcome = try await folder.tag(
      ["--format", "jsonl", "a.bmp", "b.bmp"], output: pipe.fileHandleForWriting)
    #expect(outcome.status == 73)
    #expect(outcome.errors.isEmpty)
  }
}
