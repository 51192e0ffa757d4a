import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Files, labels and selections, over a Tag2Text of a few thousand weights.
@Suite struct Tag2TextModelTests {
  private let folder: TemporaryFolder
  private static let options = TaggingOptions(keepsLogits: true)

  init() throws { folder = try TemporaryFolder() }

  private func write(_ tiny: TinyCheckpoint) throws -> URL {
    let url = folder.file("model.safetensors")
    try tiny.write(to: url)
    return url
  }

  private func tagger(
    _ tiny: TinyCheckpoint = .tag2Text(), labels: [Label]? = nil
  ) async throws -> Tagger {
    let count = tiny.tensors["label_embed.weight"]?.shape[0] ?? 0
    let set = try LabelSet(
      name: "tiny", identity: .index, labels: labels ?? (0..<count).map { Label("label \($0)") })
    return try await Tagger(contentsOf: try write(tiny), options: ModelOptions(labels: set))
  }

  private static func photo() throws -> Photo {
    var random = SeededGenerator(seed: 9)
    let rgb = (0..<(30 * 20 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return .pixels(try Image(width: 30, height: 20, rgb: rgb))
  }

  private static func logits(
    _ tagger: Tagger, labels: LabelQuerySet? = nil
  ) async throws -> [Float] {
    try #require(try await tagger.tags(in: photo(), labels: labels, options: options).logits)
  }

  @Test func theOfficialNumberOfLabelsNeedsNoNames() async throws {
    let url = try write(.tag2Text(labels: 3429))
    let tagger = try await Tagger(contentsOf: url)
    #expect(tagger.labels.labels == (try LabelSet.tag2Text()).labels)
    #expect(tagger.model.labels?.origin == .official)
    let error = await #expect(throws: RAMKitError.self) {
      try await Tagger(contentsOf: try write(.tag2Text()))
    }
    #expect(error?.code == "mismatchedLabels")
    #expect(error?.message.contains("5 queries") == true)
  }

  @Test func labelsThatAreTooManyAreRefused() async throws {
    let error = await #expect(throws: RAMKitError.self) {
      try await tagger(labels: (0..<6).map { Label("\($0)") })
    }
    #expect(error?.code == "mismatchedLabels")
  }

  @Test func everyLayoutOfTheHeadLoads() async throws {
    let tiny = TinyCheckpoint.tag2Text()
    let expected = try await Self.logits(tagger(tiny))
    var both = tiny
    for stem in ["tag_encoder", "vision_multi"] {
      var renamed = tiny
      for (name, tensor) in tiny.tensors where name.hasPrefix("tagging_head.") {
        let other = stem + name.dropFirst("tagging_head".count)
        renamed.tensors[name] = nil
        renamed.tensors[other] = tensor
        if stem == "tag_encoder" { both.tensors[other] = tensor }
      }
      #expect(try await Self.logits(tagger(renamed)) == expected)
    }
    #expect(try await Self.logits(tagger(both)) == expected)
    // The text encoder has more layers than the head.
    var encoder = both
    for (name, tensor) in tiny.tensors where name.hasPrefix("tagging_head.encoder.layer.1.") {
      let rest = name.dropFirst("tagging_head.encoder.layer.1".count)
      encoder.tensors["tag_encoder.encoder.layer.2\(rest)"] = tensor
    }
    #expect(try await tagger(encoder).model.decoder?.layers == 2)
    #expect(try await Self.logits(tagger(encoder)) == expected)
    for name in tiny.tensors.keys where name.hasPrefix("tagging_head.") {
      encoder.tensors[name] = nil
    }
    #expect(try await Self.logits(tagger(encoder)) == expected)
    // Of each two names, now this and now that one.
    var mixed = both
    for (index, name) in tiny.tensors.keys.sorted().enumerated()
    where name.hasPrefix("tagging_head.") {
      let other = "tag_encoder" + name.dropFirst("tagging_head".count)
      mixed.tensors[index.isMultiple(of: 2) ? name : other] = nil
    }
    #expect(try await Self.logits(tagger(mixed)) == expected)
  }

  @Test func leftoversOfCaptionsAreKnownAndUnused() throws {
    var tiny = TinyCheckpoint.tag2Text()
    let one = TinyCheckpoint.Tensor(shape: [1], values: [0])
    for name in [
      "text_decoder.cls.predictions.bias", "tag_encoder.embeddings.position_ids",
      "tag_encoder.encoder.layer.0.attention.self.query.weight",
      "visual_encoder.layers.0.blocks.0.attn.relative_position_index", "stranger",
    ] { tiny.tensors[name] = one }
    let description = try ModelDescription(contentsOf: try write(tiny))
    #expect(description.family == .tag2Text)
    #expect(description.unknownTensors == ["stranger"])
    #expect(description.isComplete)
    #expect(description.labelCount == 5)
    #expect(description.decoder?.memoryWidth == 8)
  }

  @Test func missingAndMisshapenTensorsAreNamed() async throws {
    for name in ["fc.W", "fc.b", "visual_encoder.norm.weight"] {
      var tiny = TinyCheckpoint.tag2Text()
      tiny.tensors[name] = nil
      let missing = RAMKitError.missingTensors(path: try write(tiny).path, names: [name])
      await #expect(throws: missing) { try await tagger(tiny) }
      tiny.tensors[name] = .init(shape: [2], values: [0, 0])
      let error = await #expect(throws: RAMKitError.self) { try await tagger(tiny) }
      #expect(error?.code == "wrongTensorShape")
    }
    var tiny = TinyCheckpoint.tag2Text()
    tiny.tensors["fc.W"]?.values[3] = .nan
    let error = await #expect(throws: RAMKitError.self) { try await tagger(tiny) }
    #expect(error?.code == "nonFiniteTensor")
  }

  /// Its queries are learned: only some of its own labels can be asked for.
  @Test func onlyItsOwnLabelsCanBeAskedFor() async throws {
    let tagger = try await tagger()
    let all = try await Self.logits(tagger)
    let some = try tagger.labels.selecting([4, 0, 2]).selecting([2, 0])
    #expect(try await Self.logits(tagger, labels: some) == [all[2], all[4]])
    let none = try tagger.labels.selecting([])
    #expect(try await Self.logits(tagger, labels: none).isEmpty)

    let set = try LabelSet(name: "mine", labels: [Label("a")])
    let embedded = try LabelQuerySet(
      set, embeddings: [Float](repeating: 1, count: 8), width: 8)
    let another = try await self.tagger(.tag2Text(seed: 2))
    for strange in [embedded, another.labels, try another.labels.selecting([0])] {
      let error = await #expect(throws: RAMKitError.self) {
        try await tagger.tags(in: try Self.photo(), labels: strange)
      }
      #expect(error?.code == "mismatchedLabels")
      #expect(error?.message.contains("learned") == true)
    }
    let ram = try await Tagger(
      contentsOf: try write(.ram()),
      options: ModelOptions(
        labels: try LabelSet(name: "ram", labels: (0..<5).map { Label("\($0)") })))
    let error = await #expect(throws: RAMKitError.self) {
      try await ram.tags(in: try Self.photo(), labels: tagger.labels)
    }
    #expect(error?.code == "mismatchedLabels")
  }

  @Test func omittedLabelsHaveLogitsButAreNoTags() async throws {
    let labels = (0..<5).map { Label("label \($0)", threshold: 0, isOmitted: $0 % 2 == 1) }
    let tagger = try await tagger(labels: labels)
    var options = Self.options
    let tagging = try await tagger.tags(in: try Self.photo(), options: options)
    #expect(tagging.logits?.count == 5)
    #expect(tagging.tags.map(\.index).sorted() == [0, 2, 4])
    // Omitted labels take no place among the first ones.
    options.maximumTags = 3
    #expect(try await tagger.tags(in: try Self.photo(), options: options).tags.count == 3)
    options.maximumTags = nil
    options.includesOmittedLabels = true
    let with = try await tagger.tags(in: try Self.photo(), options: options)
    #expect(with.tags.map(\.index).sorted() == Array(0..<5))
  }

  @Test func aNameThatIsRepeatedKeepsItsIndices() async throws {
    let names = ["light", "float", "light", "run", "light"]
    let tagger = try await tagger(labels: names.map { Label($0, threshold: 0) })
    let set = try LabelSet(name: "model", identity: .index, labels: tagger.labels.labels)
    #expect(set.indices(of: "light") == [0, 2, 4])
    let tagging = try await tagger.tags(in: try Self.photo(), options: Self.options)
    #expect(tagging.tags.map(\.index).sorted() == Array(0..<5))
    #expect(tagging.tags.allSatisfy { $0.label.name == names[$0.index] })
  }
}
