import Foundation
import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// A checkpoint becomes one self-contained file, whole or not at all.
@Suite struct ModelConversionTests {
  private let folder: TemporaryFolder
  private let original: URL
  private let converted: URL

  init() throws {
    folder = try TemporaryFolder()
    original = folder.file("tiny.safetensors")
    converted = folder.file("converted.safetensors")
    try TinyCheckpoint.ram().write(to: original, metadata: ["license": "MIT", "format": "pt"])
  }

  private static let labels = (0..<5).map { index in
    Label(
      "label \(index)", threshold: 0.1 * Float(index), localizedNames: ["zh": "标签 \(index)"],
      kind: .object, parents: ["thing"], aliases: ["alias \"\(index)\"\n"],
      isOmitted: index == 3)
  }

  private static func options(_ precision: Precision = .float32) throws -> ModelOptions {
    ModelOptions(labels: try LabelSet(name: "tiny", labels: labels), precision: precision)
  }

  private func convert(
    _ url: URL? = nil, options: ModelOptions? = nil, to target: URL? = nil
  ) async throws -> ModelDescription {
    let conversion = try ModelConversion(of: url ?? original, options: options ?? Self.options())
    return try await conversion.write(to: target ?? converted)
  }

  private func logits(of url: URL, options: ModelOptions = .init()) async throws -> [Float] {
    var random = SeededGenerator(seed: 9)
    let rgb = (0..<(40 * 30 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let photo = Photo.pixels(try Image(width: 40, height: 30, rgb: rgb))
    let tagging = try await Tagger(contentsOf: url, options: options)
      .tags(in: photo, options: TaggingOptions(keepsLogits: true))
    return try #require(tagging.logits)
  }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  // MARK: - What comes out

  @Test func theFileNeedsNoOtherAndGivesTheSameBits() async throws {
    let description = try await convert()
    #expect(try await logits(of: converted) == logits(of: original, options: Self.options()))
    let tagger = try await Tagger(contentsOf: converted)
    #expect(tagger.labels.labels == Self.labels)
    #expect(tagger.model == description)
    #expect(description.labels?.origin == .file)
    #expect(description.labels?.languages == ["zh"])
    #expect(description.labels?.aliasCount == 5)
    #expect(description.labels?.omittedCount == 1)
    #expect(description.family == .ram)
    #expect(description.isComplete)
    #expect(description.weights.map(\.type) == ["float32"])
    #expect(description.weights.first?.parameterCount == description.parameterCount)
    #expect(description.roundings.isEmpty)
    #expect(description.metadata["license"] == "MIT")
    #expect(description.metadata["format"] == "ramkit")
    #expect(description.metadata["labels"] == nil)
  }

  @Test func whereItComesFromIsWrittenDown() async throws {
    let conversion = try #require(try await convert().conversions.first)
    let bytes = try Data(contentsOf: original)
    #expect(conversion.source == "tiny.safetensors")
    #expect(conversion.sourceFormat == "safetensors")
    #expect(conversion.sourceByteCount == bytes.count)
    #expect(conversion.sourceDigest == sha256(bytes))
    #expect(conversion.sourceTypes == ["float32"])
    #expect(conversion.precision == .float32)
    #expect(!conversion.ramkitVersion.isEmpty)
  }

  /// Exactly the weights that a model in bfloat16 rounds are rounded: so the answers are the same.
  @Test func aBfloat16FileAnswersAsItsOriginalDoesInBfloat16() async throws {
    let description = try await convert(options: Self.options(.bfloat16))
    #expect(
      try await logits(of: converted, options: ModelOptions(precision: .bfloat16))
        == logits(of: original, options: Self.options(.bfloat16)))
    #expect(Set(description.weights.map(\.type)) == ["bfloat16", "float32"])
    #expect(description.roundings == ["bfloat16"])
    let (file, source) = (
      try Checkpoint(contentsOf: converted), try Checkpoint(contentsOf: original)
    )
    for tensor in file.tensors.values {
      let isProduct = [".qkv.weight", ".mlp.", ".dense.weight", ".attn.proj.weight", ".self."]
        .contains { tensor.name.contains($0) }
      let isRounded =
        (isProduct || tensor.name.hasSuffix("reduction.weight")) && !tensor.name.hasSuffix(".bias")
      #expect(tensor.elementType == (isRounded ? .bfloat16 : .float32), "\(tensor.name)")
      guard isRounded else {
        #expect(try file.bytes(of: tensor.name) == source.bytes(of: tensor.name))
        continue
      }
      let floats = try source.doubles(tensor.name).map { Float($0) }
      let expected = floats.flatMap { little(ElementReference.rounded(toBfloat16: $0)) }
      #expect(try file.bytes(of: tensor.name) == expected, "\(tensor.name)")
    }
  }

  /// Every family, from an official-shaped file, in both precisions.
  @Test(arguments: [GoldenModel.ram, .ramPlus, .tag2Text], Precision.allCases)
  func officialModelsGiveTheSameBits(_ model: GoldenModel, _ precision: Precision) async throws {
    let photo = Photo.file(GoldenModel.photo("coffee.jpg"))
    let keeping = TaggingOptions(preparation: .official, keepsLogits: true)
    let options = try model.options(precision: precision)
    let expected = try await Tagger(contentsOf: model.url(model.file), options: options)
      .tags(in: photo, options: keeping)
    let description = try await convert(model.url(model.file), options: options)
    #expect(description.unknownTensors.isEmpty)
    let tagger = try await Tagger(
      contentsOf: converted, options: ModelOptions(precision: precision))
    let tagging = try await tagger.tags(in: photo, options: keeping)
    #expect(tagging.logits == expected.logits)
    #expect(tagging.tags == expected.tags)
    #expect(tagger.labels.labels == (try #require(options.labels)).labels)
  }

  @Test func descriptionsOfRAMPlusStayWithTheirLabels() async throws {
    try TinyCheckpoint.ramPlus(labels: 5, descriptions: 4).write(to: original)
    let description = try await convert(options: Self.options(.bfloat16))
    #expect(description.metadata["descriptions_per_label"] == "4")
    #expect(try Checkpoint(contentsOf: converted).tensors["label_embed"]?.elementType == .bfloat16)
    // Ten labels could share twenty descriptions, but they are not what the file has.
    let ten = try LabelSet(name: "ten", labels: (0..<10).map { Label("\($0)") })
    let error = await #expect(throws: RAMKitError.self) {
      try await Tagger(contentsOf: converted, options: ModelOptions(labels: ten))
    }
    #expect(error?.code == "mismatchedLabels")
  }

  @Test func aConvertedFileIsConvertedAgain() async throws {
    _ = try await convert(options: Self.options(.bfloat16))
    let again = folder.file("again.safetensors")
    let description = try await convert(converted, options: ModelOptions(), to: again)
    #expect(description.weights.map(\.type) == ["float32"])
    #expect(description.roundings == ["bfloat16"], "float32 does not bring back what was lost")
    #expect(description.conversions.map(\.source) == ["tiny.safetensors", "converted.safetensors"])
    #expect(description.conversions.map(\.precision) == [.bfloat16, .float32])
    #expect(try await logits(of: again) == logits(of: converted))
    #expect(try await Tagger(contentsOf: again).labels.labels == Self.labels)
    // Back to bfloat16, nothing more is lost.
    let third = folder.file("third.safetensors")
    _ = try await convert(again, options: ModelOptions(precision: .bfloat16), to: third)
    let (one, other) = (
      try Checkpoint(contentsOf: converted), try Checkpoint(contentsOf: third)
    )
    for name in one.tensors.keys { #expect(try one.bytes(of: name) == other.bytes(of: name)) }
  }

  @Test func theSameInputGivesTheSameBytes() async throws {
    let second = folder.file("second.safetensors")
    _ = try await convert()
    _ = try await convert(to: second)
    #expect(try Data(contentsOf: converted) == Data(contentsOf: second))
  }

  @Test func otherFormatsAreConvertedToo() async throws {
    var builder = GGUFBuilder(.ram())
    builder.metadata += [
      ("ram.tag_list", GGUFBuilder.texts(["a", "b", "c", "b", "d"])),
      ("ram.official_tag_thresholds", GGUFBuilder.numbers([0.6, 0.7, 0.8, 0.9, 1])),
      ("ram.input_size", GGUFBuilder.integer(64)), ("general.license", GGUFBuilder.text("BSD")),
    ]
    let gguf = try folder.write(builder.build(), to: "tiny.gguf")
    let description = try await convert(gguf, options: ModelOptions())
    #expect(description.imageSize == 64)
    #expect(description.metadata["general.license"] == "BSD")
    #expect(description.metadata["ram.tag_count"] == nil)
    let labels = try await Tagger(contentsOf: converted).labels.labels
    #expect(labels.map(\.name) == ["a", "b", "c", "b", "d"])
    #expect(labels.map(\.threshold) == [0.6, 0.7, 0.8, 0.9, 1])
    #expect(try await logits(of: converted) == logits(of: gguf))
  }

  /// Only what the model uses, once, under its official name.
  @Test func tiedNamesAreWrittenOnceAndStrangersNot() async throws {
    var tiny = TinyCheckpoint.ram()
    for (name, tensor) in tiny.tensors where name.hasPrefix("tagging_head.") {
      tiny.tensors["tag_encoder" + name.dropFirst("tagging_head".count)] = tensor
    }
    tiny.tensors["surprise"] = .init(shape: [1], values: [0])
    try tiny.write(to: original)
    let conversion = try ModelConversion(of: original, options: Self.options())
    #expect(conversion.omittedTensors.contains("surprise"))
    #expect(conversion.omittedTensors.contains { $0.hasPrefix("tag_encoder.encoder.layer.1.") })
    _ = try await conversion.write(to: converted)
    let names = try Checkpoint(contentsOf: converted).tensors.keys
    #expect(Set(names) == Set(TinyCheckpoint.ram().tensors.keys))
  }

  @Test func whatTheUserGivesGoesIn() async throws {
    var options = try Self.options()
    options.imageSize = 96
    options.thresholds = [0.5, 0.25, 0, 1, 0.125]
    _ = try await convert(options: options)
    let tagger = try await Tagger(contentsOf: converted)
    #expect(tagger.model.imageSize == 96)
    #expect(tagger.labels.labels.map(\.threshold) == [0.5, 0.25, 0, 1, 0.125])
    #expect(tagger.labels.labels.map(\.name) == Self.labels.map(\.name))
    let smaller = try ModelDescription(contentsOf: converted, options: .init(imageSize: 32))
    #expect(smaller.imageSize == 32)
  }

  /// Also where the names are the official ones, of which the official set says something else.
  @Test func labelsComeBackAsTheyWere() async throws {
    let mine = try LabelSet.ram().labels.map {
      Label($0.name, threshold: 0.5, localizedNames: ["sv": "svenska"], aliases: ["mine"])
    }
    try TinyCheckpoint.ram(labels: mine.count).write(to: original)
    let set = try LabelSet(name: "mine", source: "me", identity: .index, labels: mine)
    _ = try await convert(options: ModelOptions(labels: set))
    #expect(try LabelSet(ofCheckpoint: converted) == set)
    #expect(try LabelSet(ofCheckpoint: original) == LabelSet.ram())
    try TinyCheckpoint.ram().write(to: original)
    let error = #expect(throws: RAMKitError.self) { try LabelSet(ofCheckpoint: original) }
    #expect(error?.code == "mismatchedLabels")
  }

  // MARK: - Whole or not at all

  /// Expects an error of this code, and that the folder holds what it held before.
  private func expect(
    _ code: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
  ) async throws {
    let before = try names
    let error = await #expect(throws: RAMKitError.self, sourceLocation: sourceLocation) {
      try await body()
    }
    #expect(error?.code == code, "\(String(describing: error))", sourceLocation: sourceLocation)
    #expect(try names == before, sourceLocation: sourceLocation)
  }

  @Test func itNeverOverwritesItsOwnInput() async throws {
    let before = try Data(contentsOf: original)
    let link = folder.file("link.safetensors")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: original)
    let hard = folder.file("hard.safetensors")
    try FileManager.default.linkItem(at: original, to: hard)
    for target in [original, link, hard, folder.url.appendingPathComponent("./tiny.safetensors")] {
      try await expect("unwritableFile") { _ = try await convert(to: target) }
    }
    #expect(try Data(contentsOf: original) == before)
  }

  @Test func placesThatCanNotBeWrittenAreTold() async throws {
    try await expect("unwritableFile") {
      _ = try await convert(to: folder.file("none/converted.safetensors"))
    }
    try await expect("unwritableFile") { _ = try await convert(to: folder.url) }
  }

  @Test func weightsThatAreNotFiniteAreRefused() async throws {
    for (value, precision, code) in [
      (Float.nan, Precision.float32, "nonFiniteTensor"), (-.infinity, .bfloat16, "nonFiniteTensor"),
      (.greatestFiniteMagnitude, .bfloat16, "invalidOption"),
    ] {
      var tiny = TinyCheckpoint.ram()
      tiny.tensors["tagging_head.encoder.layer.1.output.dense.weight"]?.values[3] = value
      try tiny.write(to: original)
      try await expect(code) { _ = try await convert(options: Self.options(precision)) }
    }
  }

  @Test func whatCouldNotBeLoadedIsNotConverted() async throws {
    try await expect("mismatchedLabels") { _ = try await convert(options: ModelOptions()) }
    let four = try LabelSet(name: "four", labels: (0..<4).map { Label("\($0)") })
    try await expect("mismatchedLabels") {
      _ = try await convert(options: ModelOptions(labels: four))
    }
    var tiny = TinyCheckpoint.ram()
    tiny.tensors["fc.bias"] = nil
    try tiny.write(to: original)
    try await expect("missingTensors") { _ = try await convert() }
  }

  @Test func progressGoesUpToTheEnd() async throws {
    let seen = Mutex<[ModelConversion.Progress]>([])
    let conversion = try ModelConversion(of: original, options: Self.options())
    _ = try await conversion.write(to: converted) { progress in
      seen.withLock { $0.append(progress) }
    }
    let all = seen.withLock { $0 }
    #expect(all.map(\.completedBytes) == all.map(\.completedBytes).sorted())
    #expect(all.first?.fraction == 0)
    #expect(all.last?.fraction == 1)
  }

  @Test func cancellationLeavesNothingBehind() async throws {
    let old = Data("the old file".utf8)
    try old.write(to: converted)
    let conversion = try ModelConversion(of: original, options: Self.options())
    // In the middle of the digest, and of the tensors.
    for fraction in [0, 0.1, 0.7] {
      let target = converted
      try await expect("cancelled") {
        let task = Mutex<Task<Void, any Error>?>(nil)
        let started = Task {
          _ = try await conversion.write(to: target) { progress in
            guard progress.fraction >= fraction else { return }
            while task.withLock({ $0 == nil }) { usleep(100) }
            task.withLock { $0?.cancel() }
          }
        }
        task.withLock { $0 = started }
        try await started.value
      }
      #expect(try Data(contentsOf: converted) == old)
    }
  }

  // MARK: - Files that say something odd

  @Test func filesOfALaterRAMKitAreNamed() throws {
    try TinyCheckpoint.ram().write(
      to: original, metadata: ["format": "ramkit", "format_version": "3"])
    let error = #expect(throws: RAMKitError.self) { try ModelDescription(contentsOf: original) }
    #expect(error?.code == "unsupportedModel")
    #expect(error?.message.contains("version '3'") == true)
  }

  @Test func labelsAndSizesThatMakeNoSenseAreErrors() async throws {
    for (key, value, code) in [
      ("labels", "{", "malformedLabels"), ("labels", "[]", "malformedLabels"),
      ("image_size", "x", "unsupportedModel"), ("image_size", "9000", "unsupportedModel"),
      ("image_size", "33", "unsupportedModel"),
    ] {
      try TinyCheckpoint.ram().write(to: original, metadata: ["format": "ramkit", key: value])
      let error = await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: original)
      }
      #expect(error?.code == code, "\(key): \(value)")
    }
    // What is said of conversions is shown as it stands where it can't be read.
    try TinyCheckpoint.ram().write(
      to: original, metadata: ["format": "ramkit", "conversions": "yes"])
    let description = try ModelDescription(contentsOf: original)
    #expect(description.conversions.isEmpty)
    #expect(description.metadata["conversions"] == "yes")
  }
}
