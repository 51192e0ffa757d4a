import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Labels of one's own through a text encoder, against a model with five labels.
@Suite struct EncodedLabelsTests {
  let folder: TemporaryFolder
  let tagger: Tagger
  let encoder: SentenceEncoder

  init() async throws {
    folder = try TemporaryFolder()
    let url = folder.file("ram.safetensors")
    try TinyCheckpoint.ram().write(to: url)
    let labels = [
      Label("dog", threshold: 0.6, aliases: ["puppy"]), Label("cat", threshold: 0.7), Label("tree"),
      Label("house"), Label("sky", threshold: 0.9),
    ]
    tagger = try await Tagger(
      contentsOf: url, options: ModelOptions(labels: LabelSet(name: "five", labels: labels)))
    encoder = try await SentenceEncoder(
      contentsOf: TinyCheckpoint.writeSentenceEncoder(to: folder.url))
  }

  func logits(_ labels: LabelQuerySet) async throws -> [Float] {
    let image = try Image(
      width: 5, height: 3, rgb: (0..<45).map { UInt8(truncatingIfNeeded: $0 * 37) })
    let options = TaggingOptions(keepsLogits: true)
    let tagging = try await tagger.tags(in: .pixels(image), labels: labels, options: options)
    return try #require(tagging.logits)
  }

  func encoded(_ names: [String]) async throws -> LabelQuerySet {
    try await LabelQuerySet(names, encodedBy: encoder, cache: nil)
  }

  @Test func namesAreAskedByTheirEmbeddings() async throws {
    let names = ["espresso machine", "grinder"]
    let mine = try await encoded(names)
    #expect(mine.labels.map(\.name) == names)
    #expect(mine.labels.map(\.threshold) == [0.5, 0.5])
    #expect(mine.embeddingWidth == 6)
    let byHand = try LabelQuerySet(
      LabelSet(name: "mine", labels: mine.labels),
      embeddings: await encoder.embeddings(of: names), width: 6)
    #expect(try await logits(mine) == logits(byHand))
  }

  @Test func thresholdsAndTextsMayBeOthers() async throws {
    let set = try LabelSet(name: "mine", labels: [Label("cup", threshold: 0.3)])
    let counting = CountingEncoder(width: 6)
    let mine = try await LabelQuerySet(
      set, encodedBy: counting, cache: nil, text: { "a photo of a \($0.name)" })
    #expect(mine.labels == set.labels)
    #expect(counting.texts == ["a photo of a cup"])
    let strict = try await LabelQuerySet(["cup"], encodedBy: counting, threshold: 0.8, cache: nil)
    #expect(strict.labels.map(\.threshold) == [0.8])
  }

  @Test(arguments: [["cup", "cup"], ["cup", " "], [""]])
  func namesHaveToBeNames(_ names: [String]) async {
    let counting = CountingEncoder(width: 6)
    let error = await #expect(throws: RAMKitError.self) {
      try await LabelQuerySet(names, encodedBy: counting, cache: nil)
    }
    #expect(error?.code == "malformedLabels")
    #expect(counting.texts.isEmpty)
  }

  @Test func theCacheIsAsked() async throws {
    let cache = TextEmbeddingCache(folder: folder.file("cache"))
    let counting = CountingEncoder(width: 6)
    for _ in 0..<2 {
      _ = try await LabelQuerySet(["cup", "mug"], encodedBy: counting, cache: cache)
    }
    #expect(counting.texts == ["cup", "mug"])
  }

  /// Nothing that stands beside a label changes its logit.
  @Test func joinedLabelsAnswerAsEachDoes() async throws {
    let mine = try await encoded(["cup", "mug"])
    let both = try tagger.labels.appending(mine)
    #expect(both.labels == tagger.labels.labels + mine.labels)
    #expect(try await logits(both) == logits(tagger.labels) + logits(mine))
    let some = try mine.appending(tagger.labels.selecting([4, 1]))
    #expect(some.labels.map(\.name) == ["cup", "mug", "sky", "cat"])
  }

  @Test func knownNamesAreAskedByTheModelsOwnQueries() async throws {
    let asked = try await tagger.labels.asking(
      for: ["mug", "PUPPY", "cup", "sky", "mug", "dog"], encodedBy: encoder, cache: nil)
    #expect(asked.labels.map(\.name) == ["mug", "dog", "cup", "sky"])
    #expect(asked.labels.map(\.threshold) == [0.5, 0.6, 0.5, 0.9])
    let own = try await logits(tagger.labels)
    let mine = try await logits(encoded(["mug", "cup"]))
    #expect(try await logits(asked) == [mine[0], own[0], mine[1], own[4]])
    let alone = try await tagger.labels.asking(for: ["cup"], encodedBy: encoder, cache: nil)
    #expect(try await logits(alone) == [mine[1]])
  }

  @Test func anEncoderThatIsNotNeededIsNotMade() async throws {
    func encoder() async throws(RAMKitError) -> any TextEncoder {
      throw .internalFault(reason: "made")
    }
    let asked = try await tagger.labels.asking(for: ["sky", "dog"], encodedBy: try await encoder())
    #expect(asked.labels.map(\.name) == ["sky", "dog"])
    await #expect(throws: RAMKitError.internalFault(reason: "made")) {
      try await tagger.labels.asking(for: ["cup"], encodedBy: try await encoder())
    }
  }

  @Test func anotherModelsEncoderIsNamedByItsWidth() async throws {
    let wide = CountingEncoder(width: 384)
    let error = await #expect(throws: RAMKitError.self) {
      try await tagger.labels.asking(for: ["dog", "cup"], encodedBy: wide, cache: nil)
    }
    #expect(error?.code == "mismatchedLabels")
    #expect(error?.message.contains("384") == true && error?.message.contains("6") == true)
    #expect(wide.texts.isEmpty)
  }

  /// Tag2Text's queries were learned; RAM++ has several descriptions a label.
  @Test func modelsThatTakeNoOtherLabelsSaySo() async throws {
    let url = folder.file("other.safetensors")
    try TinyCheckpoint.tag2Text().write(to: url)
    let names = try LabelSet(name: "five", labels: tagger.labels.labels)
    let tag2Text = try await Tagger(contentsOf: url, options: ModelOptions(labels: names))
    #expect(tag2Text.labels.embeddingWidth == nil)
    let counting = CountingEncoder(width: 6)
    let learned = await #expect(throws: RAMKitError.self) {
      try await tag2Text.labels.asking(for: ["dog", "cup"], encodedBy: counting, cache: nil)
    }
    #expect(learned?.code == "mismatchedLabels" && learned?.message.contains("cup") == true)
    let some = try await tag2Text.labels.asking(for: ["dog"], encodedBy: counting, cache: nil)
    #expect(some.labels.map(\.name) == ["dog"])

    try TinyCheckpoint.ramPlus().write(to: url)
    let plus = try await Tagger(contentsOf: url, options: ModelOptions(labels: names))
    let mixed = await #expect(throws: RAMKitError.self) {
      try await plus.labels.asking(for: ["dog", "cup"], encodedBy: counting, cache: nil)
    }
    #expect(mixed?.code == "mismatchedLabels")
  }
}
