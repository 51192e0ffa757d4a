import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Files as recognize-anything-ggml publishes them: see Resources/Models/make_gguf.py.
@Suite struct GGUFModelTests {
  private static let names = ["dog", "cat", "café", "cat", "tree", "sky", "sea"]
  /// Moved by 0.0005: these files have no others.
  private static let thresholds: [Float] = [0.6495, 0.7995, 0.9995, 0.4495, 0.6795, 0.6995, 0.4995]

  /// Beside the moved ones.
  private static let officialThresholds: [Float] = [0.65, 0.8, 1, 0.45, 0.68, 0.7, 0.5]

  private static func url(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Models/gguf/\(name)")
  }

  /// A family, and what its weights are stored as.
  @Test(arguments: [
    ("ram", ["float16", "q8_0"]), ("ram_plus", ["float16", "q8_0"]), ("tag2text", ["float16"]),
  ])
  func theyLoadAsTheyAre(family: String, types: [String]) async throws {
    let tagger = try await Tagger(contentsOf: Self.url("\(family).gguf"))
    #expect(tagger.model.family.rawValue == family)
    #expect(tagger.model.format == "gguf")
    #expect(tagger.model.imageSize == 64)
    #expect(tagger.model.unknownTensors.isEmpty)
    #expect(tagger.model.weights.map(\.type).sorted() == types)
    #expect(tagger.model.roundings == types)
    #expect(tagger.model.labels?.origin == .file)
    #expect(tagger.labels.labels.map(\.name) == Self.names)
    let isTag2Text = family == "tag2text"
    #expect(
      tagger.labels.labels.map(\.threshold)
        == (isTag2Text ? Self.officialThresholds : Self.thresholds))
    let omitted = tagger.labels.labels.indices.filter { tagger.labels.labels[$0].isOmitted }
    #expect(omitted == (isTag2Text ? [2, 5] : []))
    #expect(tagger.model.labels?.omittedCount == omitted.count)

    let golden = try Checkpoint(contentsOf: Self.url("logits.safetensors"))
    let expected = try golden.doubles("\(family)/float64")
    let tagging = try await tagger.tags(
      in: .file(GoldenModel.photo("coffee.jpg")),
      options: TaggingOptions(preparation: .official, keepsLogits: true))
    let distance = maximumDistance(try #require(tagging.logits), expected)
    // Four times what PyTorch's own float32 is off by, on the worst of these models.
    #expect(distance <= 4 * 6.2e-7, "\(distance)")
  }

  @Test(arguments: ["ram", "ram_plus", "tag2text"], Precision.allCases)
  func theyAreConvertedWithoutAChange(family: String, precision: Precision) async throws {
    let folder = try TemporaryFolder()
    let url = Self.url("\(family).gguf")
    let file = folder.file("converted.safetensors")
    let options = ModelOptions(precision: precision)
    let description = try await ModelConversion(of: url, options: options).write(to: file)
    #expect(description.conversions.first?.sourceFormat == "gguf")
    var rounded = precision == .float32 ? [] : [precision.rawValue]
    if precision == .int8 { rounded.append("bfloat16") }  // keys, values, descriptions
    let stored = family == "tag2text" ? ["float16"] : ["float16", "q8_0"]
    #expect(description.roundings.sorted() == (rounded + stored).sorted())
    let photo = Photo.file(GoldenModel.photo("coffee.jpg"))
    let keeping = TaggingOptions(keepsLogits: true)
    let expected = try await Tagger(contentsOf: url, options: options).tags(
      in: photo, options: keeping)
    let tagging = try await Tagger(contentsOf: file, options: options).tags(
      in: photo, options: keeping)
    #expect(tagging.logits == expected.logits)
    #expect(tagging.tags == expected.tags)
    #expect(try LabelSet(ofCheckpoint: file) == LabelSet(ofCheckpoint: url))
  }
}
