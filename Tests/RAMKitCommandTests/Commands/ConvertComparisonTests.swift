import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// `ramkit convert --photos`.
@Suite struct ConvertComparisonTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  private func convert(_ arguments: String...) async throws -> Command.Outcome {
    try await Command.run(
      ["convert", "--names", "names.txt", "--thresholds", "thresholds.txt"] + arguments
        + ["tiny.safetensors", "out.safetensors"], in: folder.url)
  }

  private func report() throws -> [String: Any] {
    let data = try Data(contentsOf: folder.file("report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func float32ChangesNothing() async throws {
    let outcome = try await convert(
      "--photos", "a.bmp", "--photos", "b.bmp", "--report", "report.json")
    #expect(outcome.status == 0)
    #expect(outcome.lines[0] == "float32 against float32: 2 photos, 40 labels")
    #expect(outcome.output.contains("0.000 root mean square, 0.000 mean, 0.000 at most"))
    #expect(outcome.output.contains("0 appear, 0 vanish; F1 100.0"))
    #expect(outcome.lines.count == 4)
    let report = try report()
    #expect((report["logits"] as? [String: Double])?["maximum"] == 0)
    #expect((report["tags"] as? [String: Double])?["f1"] == 1)
    #expect((report["changes"] as? [Any])?.isEmpty == true)
  }

  /// The report's figures are those of the logits that `ramkit tag` gives.
  @Test func int8IsHeldAgainstFloat32() async throws {
    let outcome = try await convert(
      "--precision", "int8", "--photos", "a.bmp", "--photos", "b.bmp", "--report", "report.json")
    #expect(outcome.status == 0)
    #expect(outcome.lines[0] == "int8 against float32: 2 photos, 40 labels")
    let scores = ["--format", "json", "--scores", "a.bmp", "b.bmp"]
    let exact = try Self.logits(try await folder.tag(scores))
    let fast = try Self.logits(
      try await Command.run(
        ["tag", "--model", "out.safetensors", "--precision", "int8"] + scores, in: folder.url))
    let distances = zip(exact, fast).map { abs($0 - $1) }
    let report = try report()
    let logits = try #require(report["logits"] as? [String: Double])
    let maximum = try #require(distances.max())
    #expect(maximum > 0)
    #expect(abs(try #require(logits["maximum"]) - maximum) < 1e-6)
    #expect(abs(try #require(logits["mean"]) - distances.reduce(0, +) / 80) < 1e-6)
    #expect((report["model"] as? [String: Any])?["precision"] as? String == "int8")
    #expect((report["reference"] as? [String: Any])?["precision"] as? String == "float32")
    #expect((report["labels"] as? [[String: Any]])?.count == 40)
  }

  private static func logits(_ outcome: Command.Outcome) throws -> [Double] {
    try outcome.json(as: [[String: Any]].self).flatMap { try #require($0["logits"] as? [Double]) }
  }

  @Test func aFolderIsSearchedAndFailuresAreToldAtTheEnd() async throws {
    let outcome = try await convert("--photos", ".", "--report", "report.json")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("3 photos could not be compared"))
    for name in ["broken.jpg", "empty.jpg", "text.png"] { #expect(outcome.errors.contains(name)) }
    #expect(try report()["photos"] as? Int == 2)
    #expect((try report()["failures"] as? [[String: Any]])?.count == 3)
    #expect(try folder.names().contains("out.safetensors"))
  }

  @Test func foldersOfFoldersAreForTheAsking() async throws {
    try FileManager.default.createDirectory(
      at: folder.file("in/deep"), withIntermediateDirectories: true)
    try folder.write(TaggingFolder.bmp(), to: "in/deep/c.bmp")
    let flat = try await convert("--photos", "in")
    #expect(flat.status == 0)
    #expect(flat.errors.contains("no photos there"))
    let deep = try await convert("--photos", "in", "--recursive")
    #expect(deep.lines.first == "float32 against float32: 1 photos, 40 labels")
  }

  @Test func layersAreMeasuredAndWhatStaysIsWrittenDown() async throws {
    let outcome = try await convert("--precision", "int8", "--mixed", "--photos", "a.bmp")
    #expect(outcome.status == 0)
    #expect(outcome.lines[0].hasPrefix("layer "))
    #expect(outcome.lines[1].hasPrefix("stage 1 attention "))
    #expect(outcome.lines.contains("int8 against float32: 1 photos, 40 labels"))
    let staying = outcome.lines.filter { $0.hasSuffix("stays") }.count
    let info = try await Command.run("info", "--json", "out.safetensors", in: folder.url)
    let mixed = try #require(
      try info.json(as: [String: Any].self)["mixedPrecision"] as? [String: Any])
    let layers = try #require(mixed["layers"] as? [[String: Any]])
    #expect(layers.count == 9)
    #expect(layers.count { $0["precision"] as? String == "bfloat16" } == staying)
    let text = try await Command.run("info", "out.safetensors", in: folder.url)
    #expect(text.lines.contains { $0.hasPrefix("int8 but for") && $0.hasSuffix("on 1 photos") })
  }

  @Test func whatMakesNoSenseIsSaidBeforeAnythingIsWritten() async throws {
    let before = try folder.names()
    #expect(try await convert("--recursive").status == 64)
    #expect(try await convert("--report", "report.json").status == 64)
    #expect(try await convert("--precision", "int8", "--mixed").status == 64)
    #expect(try await convert("--mixed", "--photos", "a.bmp").status == 64)
    #expect(try await convert("--photos", "a.bmp", "--report", "none/report.json").status == 73)
    #expect(try folder.names() == before)
  }
}
