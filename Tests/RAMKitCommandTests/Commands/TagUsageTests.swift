import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// What `ramkit tag` refuses, with which exit code.
@Suite struct TagUsageTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  @Test(arguments: [
    [], ["--top", "0", "a.bmp"], ["--top", "x", "a.bmp"], ["--threshold", "1.5", "a.bmp"],
    ["--threshold", "nan", "a.bmp"], ["--batch", "0", "a.bmp"], ["--threads", "0", "a.bmp"],
    ["--image-size", "0", "a.bmp"], ["--format", "xml", "a.bmp"], ["--scores", "a.bmp"],
    ["--scores", "--format", "csv", "a.bmp"], ["--precision", "int4", "a.bmp"],
    ["--precision", "float64", "a.bmp"], ["--preparation", "none", "a.bmp"], ["-", "-"],
    ["--jsonl-input", "a.bmp"], ["--jsonl-input", "-"], ["--quiet", "--verbose", "a.bmp"],
    ["--model"],
  ])
  func wrongUsageIs64(_ arguments: [String]) async throws {
    let outcome = try await Command.run(["tag"] + arguments, in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func anUnsupportedPrecisionSaysWhatIsSupported() async throws {
    let outcome = try await Command.run("tag", "--precision", "int4", "a.bmp")
    #expect(outcome.errors.contains("int4") && outcome.errors.contains("float32"))
  }

  @Test func whereNothingIsThereToBeTaggedIs66() async throws {
    let outcome = try await folder.tag(["--format", "json", "missing.jpg"])
    #expect(outcome.status == 66)
    let photos = try outcome.json(as: [[String: Any]].self)
    #expect((photos.first?["error"] as? [String: String])?["code"] == "fileNotFound")
    #expect(try await folder.tag(["missing.jpg", "a.bmp"]).status == 1)
  }

  @Test func aModelThatIsNotThereIs66() async throws {
    for model in ["missing.safetensors", "."] {
      let outcome = try await Command.run("tag", "--model", model, "a.bmp", in: folder.url)
      #expect(outcome.status == 66)
      #expect(outcome.output.isEmpty)
    }
    #expect(mkfifo(folder.file("fifo.pth").path, 0o600) == 0)
    #expect(
      try await Command.run("tag", "--model", "fifo.pth", "a.bmp", in: folder.url).status == 66)
  }

  @Test func aModelThatIsNoneIs65() async throws {
    for (name, bytes) in [("a.pth", Array("PK".utf8)), ("b.safetensors", []), ("c", [0, 1, 2])] {
      try folder.write(bytes, to: name)
      let outcome = try await Command.run("tag", "--model", name, "a.bmp", in: folder.url)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(name))
    }
  }

  @Test func aModelThatMayNotBeReadIs77() async throws {
    let file = try folder.write([0, 1, 2], to: "locked.pth")
    #expect(chmod(file.path, 0) == 0)
    let outcome = try await Command.run("tag", "--model", "locked.pth", "a.bmp", in: folder.url)
    // The superuser reads it all the same, and finds no model in it.
    #expect(outcome.status == (geteuid() == 0 ? 65 : 77))
  }

  @Test func anUnknownImplementationIs64() async throws {
    let outcome = try await Command.run(
      TaggingFolder.command(["a.bmp"]), environment: ["RAMKIT_FORCE_IMPLEMENTATION": "mmx"],
      in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("mmx"))
  }

  @Test(arguments: [
    ("names.txt", "a\n", "40"), ("names.txt", String(repeating: "a\n", count: 41), "41"),
    ("names.txt", String(repeating: "a\n", count: 20) + "\n", "line 21"),
    ("thresholds.txt", String(repeating: "0.5\n", count: 39), "39"),
    ("thresholds.txt", "0.5\nhigh\n", "line 2"), ("thresholds.txt", "1.5\n", "line 1"),
  ])
  func labelFilesThatDoNotFitAre65(_ file: String, _ text: String, _ hint: String) async throws {
    try folder.write(text, to: file)
    let outcome = try await folder.tag(["a.bmp"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(hint), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test func labelFilesThatAreNotUTF8Are65() async throws {
    try folder.write([0x61, 0x0A, 0xFF, 0x0A], to: "names.txt")
    let outcome = try await folder.tag(["a.bmp"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("names.txt") && outcome.errors.contains("line 2"))
  }

  @Test func aLabelFileThatIsNotThereIs66() async throws {
    try FileManager.default.removeItem(at: folder.file("thresholds.txt"))
    #expect(try await folder.tag(["a.bmp"]).status == 66)
  }
}
