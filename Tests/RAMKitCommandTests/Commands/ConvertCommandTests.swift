import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ConvertCommandTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  private func run(_ arguments: String...) async throws -> Command.Outcome {
    try await Command.run(arguments, in: folder.url)
  }

  private static let labels = ["--names", "names.txt", "--thresholds", "thresholds.txt"]

  private func convert(_ arguments: String...) async throws -> Command.Outcome {
    try await Command.run(["convert"] + Self.labels + arguments, in: folder.url)
  }

  @Test(arguments: ["float32", "bfloat16"])
  func theFileTagsAsTheOriginalDoes(precision: String) async throws {
    let outcome = try await convert("--precision", precision, "tiny.safetensors", "out.safetensors")
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
    let scores = ["--precision", precision, "--format", "json", "--scores", "a.bmp"]
    let expected = try await folder.tag(scores)
    let tagged = try await Command.run(
      ["tag", "--model", "out.safetensors"] + scores, in: folder.url)
    #expect(tagged.status == 0)
    #expect(tagged.output == expected.output)
  }

  @Test func preparedWeightsTagAsTheOriginalDoes() async throws {
    let arguments = [
      "--precision", "bfloat16", "--prepared", "tiny.safetensors", "out.safetensors",
    ]
    let outcome = try await Command.run(["convert"] + Self.labels + arguments, in: folder.url)
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    let scores = ["--format", "json", "--scores", "a.bmp"]
    let expected = try await folder.tag(["--precision", "bfloat16"] + scores)
    let tagged = try await Command.run(
      ["tag", "--model", "out.safetensors", "--precision", "bfloat16"] + scores, in: folder.url)
    #expect(tagged.output == expected.output)
    let text = try await run("info", "out.safetensors")
    #expect(text.status == 0)
    #expect(text.lines.contains { $0.hasPrefix("precision") && $0.contains("runs in bfloat16") })
    #expect(
      text.lines.contains { $0.hasPrefix("prepared") && $0.hasSuffix("ready to be mapped here") })
    let json = try await run("info", "--json", "out.safetensors").json(as: [String: Any].self)
    let preparation = try #require(json["preparation"] as? [String: Any])
    #expect(preparation["isSuitable"] as? Bool == true)
    let matrices = try #require(preparation["matrices"] as? [[String: Any]])
    #expect(matrices.map { $0["precision"] as? String } == ["float32", "bfloat16"])
    // In another precision it is a typed error, and so is the attempt to have the numbers back.
    let wrong = try await Command.run(
      ["tag", "--model", "out.safetensors"] + scores, in: folder.url)
    #expect(wrong.status == 65)
    #expect(wrong.errors.contains("runs in bfloat16, and float32 was asked for"))
    #expect(try await run("convert", "out.safetensors", "again.safetensors").status == 65)
  }

  @Test func infoShowsWhatTheFileHolds() async throws {
    _ = try await convert("--precision", "bfloat16", "tiny.safetensors", "out.safetensors")
    let text = try await run("info", "out.safetensors")
    #expect(text.status == 0)
    for (field, part) in [
      ("labels", "40, named in the file: 'names.txt'"), ("precision", "runs in float32"),
      ("stored as", "bfloat16: "), ("stored as", "float32: "), ("rounded to", "bfloat16; "),
      ("converted", "from tiny.safetensors (safetensors, float32, "),
      ("its SHA-256", sha256(try Data(contentsOf: folder.file("tiny.safetensors")))),
    ] {
      #expect(
        text.lines.contains { $0.hasPrefix(field) && $0.contains(part) }, "\(field): \(part)")
    }
    let json = try await run("info", "--json", "out.safetensors")
    let model = try json.json(as: [String: Any].self)
    #expect((model["labels"] as? [String: Any])?["origin"] as? String == "file")
    #expect((model["weights"] as? [[String: Any]])?.count == 2)
    #expect(model["roundings"] as? [String] == ["bfloat16"])
    let conversions = try #require(model["conversions"] as? [[String: Any]])
    #expect(conversions.map { $0["precision"] as? String } == ["bfloat16"])
    #expect((conversions[0]["sourceDigest"] as? String)?.count == 64)
  }

  @Test func whatWasLostBeforeIsSaid() async throws {
    _ = try await convert("--precision", "bfloat16", "tiny.safetensors", "out.safetensors")
    let again = try await run("convert", "out.safetensors", "again.safetensors")
    #expect(again.status == 0)
    #expect(again.errors.contains("bfloat16"))
    let quiet = try await run("convert", "--quiet", "out.safetensors", "again.safetensors")
    #expect(quiet.errors.isEmpty)
    let verbose = try await run("convert", "--verbose", "out.safetensors", "again.safetensors")
    #expect(verbose.errors.contains("0 tensors of no use left out"))
  }

  @Test func thresholdsAloneReplaceTheFilesOwn() async throws {
    _ = try await convert("tiny.safetensors", "out.safetensors")
    try folder.write(String(repeating: "1\n", count: 40), to: "never.txt")
    let outcome = try await run(
      "convert", "--thresholds", "never.txt", "out.safetensors", "never.safetensors")
    #expect(outcome.status == 0)
    let tagged = try await run("tag", "--model", "never.safetensors", "a.bmp")
    #expect(tagged.lines == ["a.bmp", "  no tag above its threshold"])
  }

  @Test func failuresHaveTheirExitCodesAndLeaveNothing() async throws {
    let before = try folder.names()
    let cases: [(arguments: [String], status: Int32)] = [
      (["tiny.safetensors", "none/out.safetensors"], 73),
      (["tiny.safetensors", "tiny.safetensors"], 73),
      (["a.bmp", "out.safetensors"], 65),
      (["missing.pth", "out.safetensors"], 66),
      (["tiny.safetensors"], 64),
      (["--precision", "int4", "tiny.safetensors", "out.safetensors"], 64),
      (["--image-size", "0", "tiny.safetensors", "out.safetensors"], 64),
      (["--image-size", "33", "tiny.safetensors", "out.safetensors"], 64),
    ]
    for (arguments, status) in cases {
      let outcome = try await Command.run(["convert"] + Self.labels + arguments, in: folder.url)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      #expect(!outcome.errors.isEmpty)
    }
    #expect(try await run("convert", "tiny.safetensors", "out.safetensors").status == 65)
    #expect(try folder.names() == before)
  }

  @Test func itsLabelsCanBeLookedAt() async throws {
    _ = try await convert("tiny.safetensors", "out.safetensors")
    let outcome = try await run("labels", "list", "--set", "out.safetensors", "--json")
    #expect(outcome.status == 0)
    let labels = try outcome.json(as: [[String: Any]].self)
    #expect(labels.map { $0["name"] as? String } == (0..<40).map { "label \($0)" })
    // Of the original, nobody knows any; and a label-set file is still one.
    #expect(try await run("labels", "list", "--set", "tiny.safetensors").status == 65)
    let set = try LabelSet(ofCheckpoint: folder.file("out.safetensors"))
    try folder.write(set.jsonData(), to: "set")
    let same = try await run("labels", "list", "--set", "set", "--json")
    #expect(same.output == outcome.output)
  }
}
