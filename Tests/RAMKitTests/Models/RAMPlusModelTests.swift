import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// How many descriptions a label has, and labels of one's own, over a RAM++ of a few thousand
/// weights.
@Suite struct RAMPlusModelTests {
  private let folder: TemporaryFolder
  private static let options = TaggingOptions(keepsLogits: true)

  init() throws { folder = try TemporaryFolder() }

  private func write(_ tiny: TinyCheckpoint) throws -> URL {
    let url = folder.url.appendingPathComponent("model.safetensors")
    try tiny.write(to: url)
    return url
  }

  private static func set(_ count: Int) throws -> LabelSet {
    try LabelSet(name: "\(count)", labels: (0..<count).map { Label("label \($0)") })
  }

  private func tagger(_ tiny: TinyCheckpoint = .ramPlus(), labels: Int = 5) async throws -> Tagger {
    try await Tagger(
      contentsOf: try write(tiny), options: ModelOptions(labels: try Self.set(labels)))
  }

  private static func photo(_ seed: UInt64 = 1) throws -> Photo {
    var random = SeededGenerator(seed: seed)
    let rgb = (0..<(30 * 20 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return .pixels(try Image(width: 30, height: 20, rgb: rgb))
  }

  private static func logits(
    _ tagger: Tagger, _ photo: Photo, labels: LabelQuerySet? = nil
  ) async throws -> [Float] {
    try #require(try await tagger.tags(in: photo, labels: labels, options: options).logits)
  }

  @Test func namesTellHowManyDescriptionsALabelHas() async throws {
    let url = try write(.ramPlus())
    for (labels, each) in [(5, 3), (3, 5), (15, 1), (1, 15)] {
      let options = ModelOptions(labels: try Self.set(labels))
      let tagger = try await Tagger(contentsOf: url, options: options)
      #expect(try ModelDescription(contentsOf: url, options: options).labelCount == labels)
      #expect(tagger.model.labelCount == labels)
      #expect(tagger.model.descriptionCount == labels * each)
      #expect(tagger.labels.labels.count == labels)
      #expect(try await Self.logits(tagger, Self.photo()).count == labels)
    }
    let error = await #expect(throws: RAMKitError.self) {
      try await Tagger(contentsOf: url, options: ModelOptions(labels: try Self.set(4)))
    }
    #expect(error?.code == "mismatchedLabels")
    #expect(error?.message.contains("4 labels") == true)
    #expect(error?.message.contains("15 descriptions") == true)
  }

  @Test func theOfficialNumberOfLabelsNeedsNoNames() async throws {
    let url = try write(.ramPlus(labels: 4585, descriptions: 2))
    #expect(try ModelDescription(contentsOf: url).labelCount == 4585)
    let tagger = try await Tagger(contentsOf: url)
    #expect(tagger.labels.labels[1363].name == "dog")
    #expect(try await Self.logits(tagger, Self.photo()).count == 4585)
  }

  @Test func withoutAnyWordTheErrorSaysWhatToGive() async throws {
    let url = try write(.ramPlus())
    let description = try ModelDescription(contentsOf: url)
    #expect(description.family == .ramPlus)
    #expect(description.labelCount == 0)
    #expect(description.descriptionCount == 15)
    #expect(description.isComplete)
    let error = await #expect(throws: RAMKitError.self) { try await Tagger(contentsOf: url) }
    #expect(error?.code == "mismatchedLabels")
    #expect(error?.message.contains("15 descriptions") == true)
    #expect(error?.message.contains("give the names") == true)
  }

  /// Some writers have no scalars.
  @Test func theScaleMayBeAVectorOfOne() async throws {
    let expected = try await Self.logits(tagger(), Self.photo())
    var tiny = TinyCheckpoint.ramPlus()
    tiny.tensors["reweight_scale"]?.shape = [1]
    #expect(try await Self.logits(tagger(tiny), Self.photo()) == expected)
    tiny.tensors["reweight_scale"]?.values = [1]
    #expect(try await Self.logits(tagger(tiny), Self.photo()) != expected)
    tiny.tensors["reweight_scale"]?.values = [100]
    let error = await #expect(throws: RAMKitError.self) { try await tagger(tiny) }
    #expect(error?.message.contains("reweight_scale") == true)
    tiny.tensors["reweight_scale"] = .init(shape: [2], values: [1, 1])
    await #expect(throws: RAMKitError.self) { try await tagger(tiny) }
  }

  @Test func aMissingTensorIsNamed() async throws {
    var tiny = TinyCheckpoint.ramPlus()
    tiny.tensors["image_proj.bias"] = nil
    let url = try write(tiny)
    await #expect(
      throws: RAMKitError.missingTensors(path: url.path, names: ["image_proj.bias"])
    ) { try await tagger(tiny) }
  }

  /// A description is weighed by its product with the photo's mean token: both have to be as long.
  @Test func descriptionsOfAnotherWidthAreRefused() async throws {
    var tiny = TinyCheckpoint.ramPlus()
    tiny.tensors["label_embed"] = .init(shape: [15, 7], values: Array(repeating: 1, count: 105))
    tiny.tensors["wordvec_proj.weight"] = .init(
      shape: [8, 7], values: Array(repeating: 1, count: 56))
    let error = await #expect(throws: RAMKitError.self) { try await tagger(tiny) }
    #expect(error?.code == "unsupportedModel")
    #expect(error?.message.contains("7 numbers") == true)
  }

  @Test func ownDescriptionsAreAskedFor() async throws {
    let tagger = try await tagger()
    let carried = try #require(TinyCheckpoint.ramPlus().tensors["label_embed"]?.values)
    let label = { (index: Int) in carried[(index * 18)..<((index + 1) * 18)] }
    let mine = try LabelQuerySet(
      Self.set(2), embeddings: Array(label(3) + label(0)), width: 6, descriptionsPerLabel: 3)
    let again = try mine.selecting([1, 0, 1])
    for seed: UInt64 in 1...3 {
      let photo = try Self.photo(seed)
      let all = try await Self.logits(tagger, photo)
      #expect(try await Self.logits(tagger, photo, labels: mine) == [all[3], all[0]])
      #expect(
        try await Self.logits(tagger, photo, labels: again) == [all[0], all[3], all[0]])
    }
  }

  /// One description asks as RAM does, and the same one several times asks no differently.
  @Test func oneDescriptionIsEnough() async throws {
    let plus = try await tagger()
    let ram = try await Tagger(
      contentsOf: try write(.ram(labels: 15)), options: ModelOptions(labels: try Self.set(15)))
    let own = (0..<12).map { Float($0) * 0.2 - 1 }
    let repeated = Array([own[0..<6], own[0..<6], own[6...], own[6...]].joined())
    let one = try LabelQuerySet(Self.set(2), embeddings: own, width: 6)
    let two = try LabelQuerySet(
      Self.set(2), embeddings: repeated, width: 6, descriptionsPerLabel: 2)
    let photo = try Self.photo()
    let expected = try await Self.logits(ram, photo, labels: one)
    #expect(try await Self.logits(plus, photo, labels: one) == expected)
    let twice = try await Self.logits(plus, photo, labels: two)
    #expect(maximumDistance(twice, expected.map(Double.init)) < 1e-5)
    let error = await #expect(throws: RAMKitError.self) {
      try await ram.tags(in: photo, labels: two)
    }
    #expect(error?.code == "mismatchedLabels")
    #expect(error?.message.contains("2 each") == true)
  }

  /// More labels than the decoder works on at a time: each panel asks its own.
  @Test func panelsOfLabelsAskTheirOwnQueries() async throws {
    let tagger = try await tagger(.ramPlus(labels: 2100, descriptions: 2), labels: 2100)
    let photo = try Self.photo()
    let all = try await Self.logits(tagger, photo)
    let chosen = [2099, 1024, 1023, 0, 2048]
    let some = try tagger.labels.selecting(chosen)
    #expect(try await Self.logits(tagger, photo, labels: some) == chosen.map { all[$0] })
    #expect(Set(all).count > 2000)
  }

  @Test func descriptionsThatDoNotFitAreRefused() async throws {
    let two = try Self.set(2)
    for (count, width, each) in [(24, 6, 3), (24, 6, 1), (12, 6, 0), (12, 6, -1), (12, 6, .max)] {
      #expect(throws: RAMKitError.self) {
        try LabelQuerySet(
          two, embeddings: Array(repeating: 0.5, count: count), width: width,
          descriptionsPerLabel: each)
      }
    }
    let tagger = try await tagger()
    let narrow = try LabelQuerySet(
      two, embeddings: Array(repeating: 0.5, count: 20), width: 5, descriptionsPerLabel: 2)
    await #expect(throws: RAMKitError.self) {
      try await tagger.tags(in: try Self.photo(), labels: narrow)
    }
    #expect(throws: RAMKitError.self) {
      try LabelQuerySet(Self.set(4), embeddingsAt: try write(.ramPlus()))
    }
  }
}
