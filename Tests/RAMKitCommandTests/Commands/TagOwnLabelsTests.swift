import Foundation
import Testing
import _RAMKitTestSupport

/// `--label`, `--labels` and `--text-encoder` with names that the model does not have.
@Suite struct TagOwnLabelsTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  /// Every label's tag: name, index, threshold.
  func tags(
    _ arguments: [String], cache: String = "cache"
  ) async throws -> [String: (index: Int, threshold: Double)] {
    let outcome = try await Command.run(
      TaggingFolder.command(["--format", "json", "--text-encoder", "encoder.safetensors"])
        + arguments + ["a.bmp"],
      environment: ["RAMKIT_CACHE_DIR": folder.file(cache).path], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let photos = try outcome.json(as: [[String: Any]].self)
    let tags = try #require(photos.first?["tags"] as? [[String: Any]])
    var found: [String: (index: Int, threshold: Double)] = [:]
    for tag in tags {
      let name = try #require(tag["label"] as? String)
      found[name] = (
        try #require(tag["index"] as? Int), try #require(tag["threshold"] as? Double)
      )
    }
    return found
  }

  @Test func otherNamesGoThroughTheTextEncoder() async throws {
    let every = ["--threshold", "0"]
    let labels = ["--label", "espresso machine", "--label", "label 7", "--label", "grinder"]
    let found = try await tags(every + labels)
    #expect(found.keys.sorted() == ["espresso machine", "grinder", "label 7"])
    #expect(found["label 7"]?.index == 7)
    #expect(found["espresso machine"]?.index == 40 && found["grinder"]?.index == 41)
    // Encoded once, kept in a file.
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("cache/text-embeddings").path)
    #expect(kept.count == 1)
    #expect(try await tags(every + labels).count == 3)
  }

  @Test func noCacheKeepsNothing() async throws {
    _ = try await tags(["--label", "cup", "--no-cache"], cache: "none")
    #expect(!FileManager.default.fileExists(atPath: folder.file("none").path))
  }

  @Test func aFileNamesLabels() async throws {
    try folder.write("cup\nlabel 3\r\nmug\n", to: "mine.txt")
    let found = try await tags(["--threshold", "0", "--labels", "mine.txt", "--label", "pot"])
    #expect(found.keys.sorted() == ["cup", "label 3", "mug", "pot"])
    #expect(found["label 3"]?.index == 3 && found["pot"]?.index == 40)
  }

  /// A label-set file brings thresholds along.
  @Test func aLabelSetFileHasItsOwnThresholds() async throws {
    let json = """
      {"format": "ramkit-label-set", "version": 1, "name": "mine", "labels": [
       {"name": "cup", "threshold": 0.0}, {"name": "label 3", "threshold": 0.0},
       {"name": "mug", "threshold": 1}]}
      """
    try folder.write(json, to: "mine.json")
    let found = try await tags(["--labels", "mine.json"])
    #expect(found.keys.sorted() == ["cup", "label 3"])
    #expect(found["label 3"]?.index == 3 && found["label 3"]?.threshold == 0)
  }

  @Test func scoresHoldTheOtherLabelsBehindTheModelsOwn() async throws {
    let outcome = try await Command.run(
      TaggingFolder.command([
        "--format", "json", "--scores", "--threshold", "0", "--no-cache", "--text-encoder",
        "encoder.safetensors", "--label", "cup", "--label", "label 1", "a.bmp",
      ]), in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let photo = try #require(outcome.json(as: [[String: Any]].self).first)
    let logits = try #require(photo["logits"] as? [Double])
    let tags = try #require(photo["tags"] as? [[String: Any]])
    #expect(logits.count == 41)
    #expect(Set(tags.compactMap { $0["label"] as? String }) == ["cup", "label 1"])
    for tag in tags {
      let index = try #require(tag["index"] as? Int)
      #expect(tag["logit"] as? Double == logits[index])
    }
  }

  @Test func withoutAnEncoderOtherNamesAre64() async throws {
    let outcome = try await folder.tag(["--label", "label 1", "--label", "cup", "a.bmp"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("'cup'") && outcome.errors.contains("--text-encoder"))
  }

  @Test(arguments: [("", "names no label"), ("cup\ncup\n", "line 2"), ("cup\n\nmug\n", "line 2")])
  func aFileOfNoLabelsIs65(_ text: String, _ problem: String) async throws {
    try folder.write(text, to: "mine.txt")
    let outcome = try await folder.tag(["--labels", "mine.txt", "a.bmp"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(problem), "\(outcome.errors)")
  }

  @Test func anotherModelsEncoderIs65() async throws {
    let other = folder.file("other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    _ = try TinyCheckpoint.writeSentenceEncoder(to: other, width: 8)
    let outcome = try await folder.tag(
      ["--label", "cup", "--text-encoder", "other/encoder.safetensors", "a.bmp"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("8 numbers") && outcome.errors.contains("6"))
    let missing = try await folder.tag(
      ["--label", "cup", "--text-encoder", "missing.safetensors", "a.bmp"])
    #expect(missing.status == 66)
  }
}
