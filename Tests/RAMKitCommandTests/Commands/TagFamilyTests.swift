import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// `ramkit tag` with RAM++ and Tag2Text.
@Suite struct TagFamilyTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  private func tag(_ arguments: String...) async throws -> [String: Any] {
    let outcome = try await Command.run(
      ["tag", "--format", "jsonl"] + arguments + ["a.bmp"], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try outcome.json(as: [String: Any].self)
  }

  private func indices(_ tagging: [String: Any]) throws -> [Int] {
    try #require(tagging["tags"] as? [[String: Any]]).compactMap { $0["index"] as? Int }.sorted()
  }

  @Test func namesSayHowManyDescriptionsALabelHas() async throws {
    try TinyCheckpoint.ramPlus(labels: 4, descriptions: 3).write(
      to: folder.file("plus.safetensors"))
    try folder.write("a\nb\nc\nd\n", to: "four.txt")
    let tagging = try await tag(
      "--model", "plus.safetensors", "--names", "four.txt", "--scores", "--threshold", "0")
    #expect(tagging["model"] as? String == "ram_plus")
    #expect(try #require(tagging["logits"] as? [Double]).count == 4)
    #expect(try indices(tagging) == [0, 1, 2, 3])

    let unnamed = try await Command.run(
      "tag", "--model", "plus.safetensors", "a.bmp", in: folder.url)
    #expect(unnamed.status == 65)
    #expect(unnamed.errors.contains("12 descriptions"))
  }

  @Test func omittedTagsAreAskedForByFlagOrByName() async throws {
    try TinyCheckpoint.tag2Text(labels: 3_429).write(to: folder.file("text.safetensors"))
    let model = ["--model", "text.safetensors", "--threshold", "0"]
    let usual = try await tag(model[0], model[1], model[2], model[3], "--scores")
    #expect(usual["model"] as? String == "tag2text")
    #expect(try #require(usual["logits"] as? [Double]).count == 3_429)
    let omitted = [127, 2_961, 3_265, 3_338, 3_351, 3_355, 3_359]
    #expect(try indices(usual) == (0..<3_429).filter { !omitted.contains($0) })
    let all = try await tag(model[0], model[1], model[2], model[3], "--include-omitted")
    #expect(try indices(all) == Array(0..<3_429))
    for scores in [[], ["--scores"]] {
      let named = try await Command.run(
        ["tag", "--format", "jsonl"] + model + scores
          + ["--label", "quarter", "--label", "light", "a.bmp"], in: folder.url)
      let found = try indices(named.json(as: [String: Any].self))
      #expect(found.count == 4 && found.contains(127))
      #expect(found.filter { $0 != 127 } == (try LabelSet.tag2Text()).indices(of: "light"))
    }
  }

  /// Plain text files of the official names omit what the official code omits.
  @Test func theOfficialNamesOmitAsTheOfficialCodeDoes() async throws {
    try TinyCheckpoint.tag2Text(labels: 3_429).write(to: folder.file("text.safetensors"))
    let names = try LabelSet.tag2Text().labels.map(\.name).joined(separator: "\n")
    try folder.write(names, to: "official.txt")
    let tagging = try await tag(
      "--model", "text.safetensors", "--names", "official.txt", "--threshold", "0")
    #expect(try indices(tagging).count == 3_422)
  }

  @Test func headsThatNoTensorTellsCanBeGiven() async throws {
    try TinyCheckpoint.ram(labels: 40).write(to: folder.file("tiny.safetensors"))
    func logits(_ arguments: [String]) async throws -> [Double] {
      let outcome = try await folder.tag(
        ["--format", "jsonl", "--scores"] + arguments + ["a.bmp"])
      return try #require(try outcome.json(as: [String: Any].self)["logits"] as? [Double])
    }
    let four = try await logits([])
    #expect(try await logits(["--decoder-heads", "4"]) == four)
    #expect(try await logits(["--decoder-heads", "2"]) != four)
    #expect(try await folder.tag(["--decoder-heads", "0", "a.bmp"]).status == 64)
    let misfit = try await folder.tag(["--decoder-heads", "3", "a.bmp"])
    #expect(misfit.status != 0 && misfit.errors.contains("3 heads"))
  }
}
