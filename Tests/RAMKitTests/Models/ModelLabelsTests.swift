import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Whose names and thresholds a model's queries get.
@Suite struct ModelLabelsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A model of five labels in a GGUF file with the metadata given.
  private func gguf(_ metadata: (key: String, value: [UInt8])...) throws -> URL {
    var builder = GGUFBuilder(.ram())
    builder.metadata += metadata
    return try folder.write(builder.build(), to: "tiny.gguf")
  }

  private let names = (key: "ram.tag_list", value: GGUFBuilder.texts(["a", "b", "c", "b", "d"]))
  private let thresholds = (
    key: "ram.tag_thresholds", value: GGUFBuilder.numbers([0.1, 0.2, 0.3, 0.4, 0.5])
  )
  private let official = (
    key: "ram.official_tag_thresholds", value: GGUFBuilder.numbers([0.6, 0.7, 0.8, 0.9, 1])
  )

  @Test func theFilesOwnAreTakenAndOfThresholdsTheOfficialOnes() async throws {
    let moved = try await Tagger(contentsOf: gguf(names, thresholds))
    #expect(moved.labels.labels.map(\.name) == ["a", "b", "c", "b", "d"])
    #expect(moved.labels.labels.map(\.threshold) == [0.1, 0.2, 0.3, 0.4, 0.5])
    #expect(moved.model.labels?.origin == .file)
    #expect(moved.model.labels?.count == 5)
    let both = try await Tagger(contentsOf: gguf(names, thresholds, official))
    #expect(both.labels.labels.map(\.threshold) == [0.6, 0.7, 0.8, 0.9, 1])
    let none = try await Tagger(contentsOf: gguf(names))
    #expect(none.labels.labels.allSatisfy { $0.threshold == Label.defaultThreshold })
  }

  @Test func theUsersComeFirst() async throws {
    let mine = try LabelSet(name: "mine", labels: (0..<5).map { Label("mine \($0)") })
    let url = try gguf(names, official)
    let given = try await Tagger(contentsOf: url, options: ModelOptions(labels: mine))
    #expect(given.labels.labels == mine.labels)
    #expect(given.model.labels?.origin == .given)
    let lower: [Float] = [0, 0.1, 0.2, 0.3, 0.4]
    let both = try await Tagger(
      contentsOf: url, options: ModelOptions(labels: mine, thresholds: lower))
    #expect(both.labels.labels.map(\.name) == mine.labels.map(\.name))
    #expect(both.labels.labels.map(\.threshold) == lower)
    let thresholdsOnly = try await Tagger(
      contentsOf: url, options: ModelOptions(thresholds: lower))
    #expect(thresholdsOnly.labels.labels.map(\.name) == ["a", "b", "c", "b", "d"])
    #expect(thresholdsOnly.labels.labels.map(\.threshold) == lower)
    for wrong: [Float] in [[0.5], [0, 0, 0, 0, 2], [0, 0, 0, 0, .nan]] {
      await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: url, options: ModelOptions(thresholds: wrong))
      }
    }
  }

  @Test func officialNamesBringWhatElseIsKnown() async throws {
    let ram = try LabelSet.ram()
    let url = folder.file("official.safetensors")
    try TinyCheckpoint.ram(labels: ram.count).write(to: url)
    let official = try await Tagger(contentsOf: url)
    #expect(official.labels.labels == ram.labels)
    #expect(official.model.labels?.origin == .official)

    var builder = GGUFBuilder(.ram(labels: ram.count))
    var changed = ram.labels.map(\.threshold)
    changed[7] = 0.123
    builder.metadata.append(("ram.tag_list", GGUFBuilder.texts(ram.labels.map(\.name))))
    builder.metadata.append(("ram.tag_thresholds", GGUFBuilder.numbers(changed)))
    let carried = try await Tagger(contentsOf: folder.write(builder.build(), to: "official.gguf"))
    #expect(carried.labels.labels == (try ram.withThresholds(changed)).labels)
    #expect(carried.model.labels?.languages == ["zh"])
    #expect(carried.model.labels?.origin == .file)
  }

  @Test func theFileSaysWhichLabelsAreOmitted() async throws {
    let deleted = (key: "ram.delete_tag_indices", value: GGUFBuilder.integers([1, 3]))
    let carried = try await Tagger(contentsOf: gguf(names, deleted))
    #expect(carried.labels.labels.map(\.isOmitted) == [false, true, false, true, false])
    for wrong: Int32 in [5, -1] {
      let file = try gguf(
        names, (key: "ram.delete_tag_indices", value: GGUFBuilder.integers([wrong])))
      let error = await #expect(throws: RAMKitError.self) { try await Tagger(contentsOf: file) }
      #expect(error?.message.contains("label \(wrong) of 5") == true)
    }
  }

  @Test func labelsThatTheFileGetsWrongAreNamed() async throws {
    let defects: [(metadata: (key: String, value: [UInt8]), part: String)] = [
      (("ram.tag_list", GGUFBuilder.integers([1])), "'ram.tag_list'"),
      (("ram.tag_list", GGUFBuilder.texts(["a", " ", "c", "d", "e"])), "label 1"),
    ]
    for (metadata, part) in defects {
      let error = await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: gguf(metadata))
      }
      #expect(error?.code == "malformedCheckpoint")
      #expect(error?.message.contains(part) == true)
    }
    for wrong: (key: String, value: [UInt8]) in [
      ("ram.tag_count", GGUFBuilder.integer(6)),
      ("ram.tag_thresholds", GGUFBuilder.numbers([0.5])),
      ("ram.tag_thresholds", GGUFBuilder.numbers([0.5, 0.5, 0.5, 0.5, 1.5])),
      ("ram.tag_thresholds", GGUFBuilder.numbers([0.5, 0.5, 0.5, 0.5, .nan])),
    ] {
      let error = await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: gguf(names, wrong))
      }
      #expect(error?.code == "malformedCheckpoint", "\(wrong.key)")
    }
    let four = (key: "ram.tag_list", value: GGUFBuilder.texts(["a", "b", "c", "d"]))
    let error = await #expect(throws: RAMKitError.self) {
      try await Tagger(contentsOf: gguf(four))
    }
    #expect(error?.code == "mismatchedLabels")
    #expect(try ModelDescription(contentsOf: gguf(four)).labels?.count == 4)
  }

  @Test func theImageSizeIsTheUsersThenTheFilesThenTheMasks() async throws {
    // Four windows of 4 tokens, 4 pixels each.
    #expect(try ModelDescription(contentsOf: gguf()).imageSize == 32)
    let size = (key: "ram.input_size", value: GGUFBuilder.integer(64))
    #expect(try ModelDescription(contentsOf: gguf(size)).imageSize == 64)
    let options = ModelOptions(imageSize: 96)
    #expect(try ModelDescription(contentsOf: gguf(size), options: options).imageSize == 96)
    for (wrong, code): (UInt32, String) in [
      (50, "unsupportedModel"), (0, "malformedCheckpoint"), (1 << 30, "malformedCheckpoint"),
    ] {
      let error = #expect(throws: RAMKitError.self) {
        try ModelDescription(contentsOf: gguf(("ram.input_size", GGUFBuilder.integer(wrong))))
      }
      #expect(error?.code == code)
    }
  }

  @Test func anotherArchitectureIsNamed() throws {
    let url = try folder.write(
      GGUFBuilder(.ram(), architecture: "llama").build(), to: "llama.gguf")
    let error = #expect(throws: RAMKitError.self) { try ModelDescription(contentsOf: url) }
    #expect(error?.code == "unsupportedModel")
    #expect(error?.message.contains("'llama'") == true)
  }

  @Test func theSameNumbersGiveTheSameLogits() async throws {
    let plain = folder.file("tiny.safetensors")
    try TinyCheckpoint.ram().write(to: plain)
    let set = try LabelSet(name: "tiny", labels: (0..<5).map { Label("\($0)") })
    let photo = Photo.pixels(try Image(width: 2, height: 1, rgb: [200, 30, 90, 1, 2, 250]))
    let options = TaggingOptions(keepsLogits: true)
    let expected = try await Tagger(contentsOf: plain, options: ModelOptions(labels: set))
      .tags(in: photo, options: options).logits
    let tagger = try await Tagger(contentsOf: gguf(names))
    #expect(try await tagger.tags(in: photo, options: options).logits == expected)
    #expect(tagger.model.unknownTensors.isEmpty)
    #expect(tagger.model.format == "gguf")
  }
}
