import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// The JSON of `ramkit tag`, field by field.
@Suite struct TagJSONTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  private func tag(_ arguments: String...) async throws -> Command.Outcome {
    try await folder.tag(["--format", "json"] + arguments)
  }

  /// Asserts that `object` is what a tagged photo looks like, and returns its tags.
  private func tags(
    of object: [String: Any],
    keys: Set<String> = ["path", "width", "height", "model", "precision", "tags"]
  ) throws -> [[String: Any]] {
    #expect(Set(object.keys) == keys)
    #expect(object["precision"] as? String == "float32")
    #expect((object["model"] as? String)?.isEmpty == false)
    let tags = try #require(object["tags"] as? [[String: Any]])
    var last = (score: Double.infinity, index: -1)
    for tag in tags {
      #expect(Set(tag.keys) == ["label", "index", "score", "logit", "threshold"])
      #expect((tag["label"] as? String)?.isEmpty == false)
      let score = try #require(tag["score"] as? Double)
      let logit = try #require(tag["logit"] as? Double)
      let threshold = try #require(tag["threshold"] as? Double)
      let index = try #require(tag["index"] as? Int)
      #expect(score > threshold)
      #expect(abs(score - 1 / (1 + exp(-logit))) < 1e-6)
      #expect(score < last.score || (score == last.score && index > last.index))
      last = (score, index)
    }
    return tags
  }

  @Test func isAnArrayWithAnElementAPhoto() async throws {
    let outcome = try await tag("a.bmp", "b.bmp")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let photos = try outcome.json(as: [[String: Any]].self)
    #expect(photos.map { $0["path"] as? String } == ["a.bmp", "b.bmp"])
    #expect(photos.map { $0["width"] as? Int } == [24, 9])
    #expect(photos.map { $0["height"] as? Int } == [17, 31])
    for photo in photos { _ = try tags(of: photo) }
  }

  @Test func hasItsFieldsInOrder() async throws {
    let outcome = try await tag("--threshold", "0", "--top", "1", "a.bmp")
    let expected = #/^\[\n\{"path": "a.bmp", "width": 24, "height": 17, "model": "[^"]+", /#
    #expect(outcome.output.contains(expected))
    #expect(outcome.output.contains(#", "precision": "float32", "tags": [{"label": "#))
    let tag = #/\{"label": "[^"]+", "index": \d+, "score": [\d.e-]+, "logit": [\d.e-]+, /#
    #expect(outcome.output.contains(tag))
    #expect(outcome.output.contains(#", "threshold": 0.0}]}"#))
  }

  @Test func addsEveryLogitOnRequest() async throws {
    let outcome = try await tag("--scores", "--threshold", "0", "a.bmp")
    #expect(outcome.status == 0)
    let photo = try #require(outcome.json(as: [[String: Any]].self).first)
    let tags = try tags(
      of: photo, keys: ["path", "width", "height", "model", "precision", "tags", "logits"])
    let logits = try #require(photo["logits"] as? [Double])
    #expect(!tags.isEmpty)
    for tag in tags {
      let index = try #require(tag["index"] as? Int)
      #expect(logits[index] == tag["logit"] as? Double)
    }
    #expect(
      logits.allSatisfy { Double("\(Float($0))") == $0 }, "the shortest digits that give the float")
  }

  @Test func aFailedPhotoTakesItsPlace() async throws {
    let outcome = try await tag(
      "a.bmp", "broken.jpg", "missing.jpg", "empty.jpg", "text.png", "b.bmp")
    #expect(outcome.status == 1)
    let photos = try outcome.json(as: [[String: Any]].self)
    try #require(photos.count == 6)
    let expected = [
      1: ("broken.jpg", "unreadableImage"), 2: ("missing.jpg", "fileNotFound"),
      3: ("empty.jpg", "unreadableImage"), 4: ("text.png", "unreadableImage"),
    ]
    for (index, (path, code)) in expected {
      #expect(Set(photos[index].keys) == ["path", "error"])
      #expect(photos[index]["path"] as? String == path)
      let error = try #require(photos[index]["error"] as? [String: String])
      #expect(Set(error.keys) == ["code", "message"])
      #expect(error["code"] == code)
      #expect(error["message"]?.contains(path) == true)
    }
    _ = try tags(of: photos[0])
    _ = try tags(of: photos[5])
    #expect(outcome.errors.split(separator: "\n").count == 4, "and each is said")
  }

  @Test func noPhotoIsAnEmptyArray() async throws {
    try FileManager.default.createDirectory(
      at: folder.file("none"), withIntermediateDirectories: false)
    let outcome = try await tag("none")
    #expect(outcome.status == 0)
    #expect(try outcome.json(as: [Any].self).isEmpty)
    #expect(outcome.errors.contains("no photos"))
  }
}
