import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// The face of the library, over a model of a few thousand weights.
@Suite struct TaggerTests {
  static let names = (0..<5).map { "label \($0)" }

  /// A tagger whose five labels have the threshold given.
  private static func tagger(threshold: Float = 0.5, seed: UInt64 = 1) async throws -> Tagger {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("tiny.safetensors")
    try TinyCheckpoint.ram(seed: seed).write(to: url)
    let labels = try LabelSet(
      name: "tiny", labels: names.map { Label($0, threshold: threshold) })
    return try await Tagger(contentsOf: url, options: ModelOptions(labels: labels))
  }

  /// Pixels that differ from photo to photo.
  private static func pixels(_ seed: Int) throws -> Photo {
    var random = SeededGenerator(seed: UInt64(seed))
    let (width, height) = (20 + seed % 30, 40)
    let rgb = (0..<(width * height * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return .pixels(try Image(width: width, height: height, rgb: rgb))
  }

  @Test func tagsAreThoseAboveTheirThresholdSurestFirst() async throws {
    let tagger = try await Self.tagger()
    let photo = try Self.pixels(3)
    let all = try await tagger.tags(
      in: photo, options: TaggingOptions(threshold: 0, keepsLogits: true))
    let logits = try #require(all.logits)
    #expect(all.tags.count == 5)
    #expect(all.tags.map(\.score) == all.tags.map(\.score).sorted(by: >))
    for tag in all.tags {
      #expect(tag.label.name == Self.names[tag.index])
      #expect(tag.logit == logits[tag.index])
      #expect(abs(Double(tag.score) - 1 / (1 + exp(-Double(tag.logit)))) < 1e-7)
    }
    let some = try await tagger.tags(in: photo)
    #expect(some.tags.map(\.index) == all.tags.filter { $0.score > 0.5 }.map(\.index))
    #expect(some.logits == nil)
    let first = try await tagger.tags(
      in: photo, options: TaggingOptions(threshold: 0, maximumTags: 2))
    #expect(first.tags.map(\.index) == all.tags.prefix(2).map(\.index))
  }

  @Test func aThresholdHasToBeExceededNotOnlyReached() async throws {
    let photo = try Self.pixels(3)
    let tags = try await Self.tagger().tags(in: photo, options: TaggingOptions(threshold: 0)).tags
    let top = try #require(tags.first)
    let reached = try await Self.tagger().tags(
      in: photo, options: TaggingOptions(threshold: top.score))
    #expect(reached.tags.isEmpty)
    let exceeded = try await Self.tagger().tags(
      in: photo, options: TaggingOptions(threshold: top.score.nextDown))
    #expect(exceeded.tags.map(\.index) == [top.index])
    let never = try await Self.tagger(threshold: 1).tags(in: photo)
    #expect(never.tags.isEmpty)
  }

  @Test func tokensAreAskedAgainWithoutThePhoto() async throws {
    let tagger = try await Self.tagger()
    let photo = try Self.pixels(8)
    let options = TaggingOptions(keepsLogits: true)
    let tokens = try await tagger.encode(photo)
    let direct = try await tagger.tags(in: photo, options: options)
    #expect(try await tagger.tags(in: tokens, options: options).logits == direct.logits)
    #expect((tokens.width, tokens.height) == (28, 40))
    let other = try await Self.tagger(seed: 2)
    await #expect(throws: RAMKitError.self) { try await other.tags(in: tokens) }
  }

  /// A new tagger may lie where one was that is gone.
  @Test func tokensOfATaggerThatIsGoneAreRefused() async throws {
    let photo = try Self.pixels(8)
    var tokens: [ImageTokens] = []
    for seed in 1...8 {
      let tagger = try await Self.tagger(seed: UInt64(seed))
      for token in tokens {
        await #expect(throws: RAMKitError.self) { try await tagger.tags(in: token) }
      }
      tokens.append(try await tagger.encode(photo))
    }
  }

  @Test func ownEmbeddingsAreAskedFor() async throws {
    let tagger = try await Self.tagger()
    let photo = try Self.pixels(8)
    let carried = try #require(TinyCheckpoint.ram().tensors["label_embed"]?.values)
    let mine = try LabelQuerySet(
      try LabelSet(name: "mine", labels: [Label("a"), Label("b")]),
      embeddings: Array(carried[18..<24] + carried[0..<6]), width: 6)
    let options = TaggingOptions(keepsLogits: true)
    let all = try #require(try await tagger.tags(in: photo, options: options).logits)
    let own = try await tagger.tags(in: photo, labels: mine, options: options).logits
    #expect(own == [all[3], all[0]])
    let narrow = try LabelQuerySet(
      try LabelSet(name: "narrow", labels: [Label("a")]), embeddings: [1, 2, 3], width: 3)
    await #expect(throws: RAMKitError.self) { try await tagger.tags(in: photo, labels: narrow) }
  }

  @Test func embeddingsThatDoNotFitAreRefused() throws {
    let labels = try LabelSet(name: "two", labels: [Label("a"), Label("b")])
    let misfits: [(embeddings: [Float], width: Int)] = [
      ([1, 2, 3], 2), ([1, 2], 0), ([], -1), ([1, .nan], 1),
    ]
    for (embeddings, width) in misfits {
      #expect(throws: RAMKitError.self) {
        try LabelQuerySet(labels, embeddings: embeddings, width: width)
      }
    }
  }

  @Test func optionsThatMakeNoSenseAreNamed() async throws {
    let tagger = try await Self.tagger()
    let photo = try Self.pixels(1)
    let wrong = [
      TaggingOptions(threshold: .nan), TaggingOptions(threshold: 1.5),
      TaggingOptions(maximumTags: -1), TaggingOptions(batchSize: 0),
    ]
    for options in wrong {
      let error = await #expect(throws: RAMKitError.self) {
        try await tagger.tags(in: photo, options: options)
      }
      #expect(error?.code == "invalidOption")
    }
    for threads in [0, -1, 5000] {
      await #expect(throws: RAMKitError.self) {
        try await Tagger(
          contentsOf: URL(filePath: "/nowhere"), options: ModelOptions(threads: threads))
      }
    }
  }

  @Test(arguments: [1, 3], [0, 1, 7])
  func manyPhotosComeInOrderWithBrokenOnesAmongThem(batch: Int, lookAhead: Int) async throws {
    let tagger = try await Self.tagger()
    let photos = try (0..<20).map { index in
      index % 7 == 5
        ? Photo.data(Data([0, 1, 2]), name: "broken \(index)") : try Self.pixels(index)
    }
    let options = TaggingOptions(keepsLogits: true, batchSize: batch)
    var count = 0
    for try await item in tagger.taggings(of: photos, lookAhead: lookAhead, options: options) {
      #expect(item.index == count)
      #expect(item.photo == photos[count])
      if count % 7 == 5 {
        #expect(throws: RAMKitError.self) { try item.result.get() }
      } else {
        let single = try await tagger.tags(in: photos[count], options: options)
        #expect(try item.result.get().logits == single.logits)
      }
      count += 1
    }
    #expect(count == photos.count)
  }

  @Test func aLazySequenceIsDrawnNoFurtherThanTheLookAhead() async throws {
    let tagger = try await Self.tagger()
    let drawn = Counter()
    let photos = (0..<50).lazy.map { index in
      drawn.increment()
      return Photo.data(Data(), name: "\(index)")
    }
    var items = tagger.taggings(of: photos, lookAhead: 3).makeAsyncIterator()
    for _ in 0..<4 { _ = try await items.next() }
    #expect(drawn.value <= 4 + 3)
  }

  @Test func callersOfOneTaggerDoNotDisturbEachOther() async throws {
    let tagger = try await Self.tagger()
    let options = TaggingOptions(keepsLogits: true)
    var expected: [[Float]?] = []
    for seed in 0..<12 {
      expected.append(try await tagger.tags(in: try Self.pixels(seed), options: options).logits)
    }
    let together = try await withThrowingTaskGroup(of: (Int, [Float]?).self) { group in
      for seed in 0..<12 {
        group.addTask {
          (seed, try await tagger.tags(in: try Self.pixels(seed), options: options).logits)
        }
      }
      return try await group.reduce(into: [Int: [Float]?]()) { $0[$1.0] = $1.1 }
    }
    for seed in 0..<12 { #expect(together[seed] == expected[seed]) }
  }

  @Test func aCancelledTaskEndsWithItsOwnError() async throws {
    let tagger = try await Self.tagger()
    let photo = try Self.pixels(1)
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await tagger.tags(in: photo)
    }
    task.cancel()
    await #expect(throws: RAMKitError.cancelled) { try await task.value }

    let endless = sequence(state: 0) { _ in photo }
    let many = Task {
      var count = 0
      for try await _ in tagger.taggings(of: endless) {
        count += 1
        if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return count
    }
    await #expect(throws: RAMKitError.cancelled) { try await many.value }
  }
}
