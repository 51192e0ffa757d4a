import Foundation
import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// A small model of Resources/Models and what the official code, or reference.py, answers with it.
struct GoldenModel: Sendable, CustomStringConvertible {
  let folder: String
  let file: String

  static let ram = GoldenModel(folder: "ram", file: "model.safetensors")
  static let ramPlus = GoldenModel(folder: "ram_plus", file: "model.pth")
  /// Window 7 at 224 px with uneven depths, heads and widths.
  static let window7 = GoldenModel(folder: "window7", file: "model.safetensors")
  /// Two heads in the decoder, unlike the official checkpoints.
  static let tag2Text = GoldenModel(folder: "tag2text", file: "model.safetensors")
  /// Window 4, three stages, 64 px; the tagging head under its early name.
  static let tag2TextSmall = GoldenModel(folder: "tag2text_small", file: "model.safetensors")
  /// Three descriptions a label, as wide as the decoder; window 5, three stages, 80 px.
  static let ramPlusD3 = GoldenModel(folder: "ram_plus_d3", file: "model.safetensors")

  /// Those of the official code.
  static let photos = [
    "astronaut.webp", "astronaut_exif6.jpg", "camera_grey.png", "chelsea_cmyk.jpg", "coffee.jpg",
    "coffee_palette.png", "hopper_alpha.png", "rocket_progressive.jpg",
  ]

  var description: String { folder }

  func url(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Models/\(folder)/\(name)")
  }

  static func photo(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Images/photos/\(name)")
  }

  /// With the official names and thresholds.
  func options(precision: Precision = .float32) throws -> ModelOptions {
    if folder == Self.tag2Text.folder {
      return ModelOptions(
        labels: try LabelSet.tag2Text(), precision: precision, decoderHeads: 2)
    }
    return ModelOptions(
      labels: try LabelSet(namesFile: url("names.txt"), thresholdsFile: url("thresholds.txt")),
      precision: precision)
  }

  /// The same, where the decoder does its projections to tokens or doesn't, however much work that is.
  func options(
    foldingAttention folds: Bool, precision: Precision = .float32
  ) throws -> ModelOptions {
    var options = try options(precision: precision)
    options.foldsAttention = folds
    return options
  }

  /// With made up names, where reference.py made the model.
  func options(labels: Int) throws -> ModelOptions {
    ModelOptions(
      labels: try LabelSet(name: folder, labels: (0..<labels).map { Label("label \($0)") }))
  }

  func model(
    forcing implementation: String, options: ModelOptions? = nil
  ) async throws -> any TaggingModel {
    let options = try options ?? self.options()
    return try await ComputeActor.run { () throws(RAMKitError) in
      try Tagger.load(
        url(file), options: options, compute: try ComputeContext(forcing: implementation))
    }
  }

  func tagger(
    forcing implementation: String, options: ModelOptions? = nil
  ) async throws -> Tagger {
    Tagger(model: try await model(forcing: implementation, options: options))
  }

  func tagger(_ options: ModelOptions? = nil) async throws -> Tagger {
    try await Tagger(contentsOf: url(file), options: try options ?? self.options())
  }

  /// The official tags of each photo, as indices.
  func expectedTags() throws -> [String: [Int]] {
    struct Expected: Decodable {
      struct Photo: Decodable { var tag_indices: [Int] }
      var photos: [String: Photo]
    }
    let data = try Data(contentsOf: url("expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data).photos.mapValues(\.tag_indices)
  }
}

/// Logits as golden data has them: in float64, and how far PyTorch's own float32 is off.
struct GoldenLogits {
  let values: [Double]
  let float32Error: Double

  init(_ photo: String, in checkpoint: Checkpoint) throws {
    values = try checkpoint.doubles("\(photo)/float64")
    float32Error = maximumDistance(try checkpoint.doubles("\(photo)/float32"), values)
  }

  /// The distance of `logits` as a multiple of PyTorch's own. Up to 4 is what another order of the
  /// same sums may differ by.
  func ratio(_ logits: [Float]?) throws -> Double {
    maximumDistance(try #require(logits), values) / float32Error
  }
}

extension GoldenModel {
  /// Options that repeat what the official scripts do.
  static let official = TaggingOptions(preparation: .official, keepsLogits: true)

  /// Compares logits and tags of all photos with the official ones.
  func expectOfficialAnswers(of tagger: Tagger) async throws {
    let golden = try Checkpoint(contentsOf: url("logits.safetensors"))
    let expected = try expectedTags()
    for photo in Self.photos {
      let tagging = try await tagger.tags(in: .file(Self.photo(photo)), options: Self.official)
      let ratio = try GoldenLogits(photo, in: golden).ratio(tagging.logits)
      #expect(ratio <= 4, "\(photo): \(ratio) times PyTorch's own error")
      #expect(tagging.tags.map(\.index).sorted() == expected[photo])
    }
  }

  /// In bfloat16 and int8 the tags are the official ones, but for labels nearer to their threshold than
  /// rounding moves them: by at most `tolerance`, and by more than float32 would.
  func expectOfficialTags(
    in precision: Precision, _ variant: KernelVariant, within tolerance: Double
  ) async throws {
    let golden = try Checkpoint(contentsOf: url("logits.safetensors"))
    let expected = try expectedTags()
    let tagger = try await tagger(
      forcing: variant.implementationName, options: try options(precision: precision))
    for photo in Self.photos {
      let tagging = try await tagger.tags(in: .file(Self.photo(photo)), options: Self.official)
      let exact = try GoldenLogits(photo, in: golden)
      let distance = maximumDistance(try #require(tagging.logits), exact.values)
      #expect(distance <= tolerance, "\(photo): \(distance)")
      #expect(distance > 4 * exact.float32Error, "\(precision) that rounds nothing is none")
      for index in Set(tagging.tags.map(\.index)).symmetricDifference(expected[photo] ?? []) {
        let threshold = Double(tagger.labels.labels[index].threshold)
        let margin = abs(exact.values[index] - log(threshold / (1 - threshold)))
        #expect(margin <= distance, "\(photo): label \(index)")
      }
      #expect(tagging.precision == precision)
    }
  }

  /// Compares logits of the photos in `logits.safetensors` with reference.py's.
  func expectReferenceLogits(of tagger: Tagger) async throws {
    let golden = try Checkpoint(contentsOf: url("logits.safetensors"))
    for photo in ["coffee.jpg", "hopper_alpha.png"] {
      let tagging = try await tagger.tags(in: .file(Self.photo(photo)), options: Self.official)
      let ratio = try GoldenLogits(photo, in: golden).ratio(tagging.logits)
      #expect(ratio <= 4, "\(photo): \(ratio) times PyTorch's own error")
    }
  }

  /// Compares all traced tensors of coffee.jpg with the official float64 ones, but for those that
  /// lie within a kernel or before an activation. Returns how many there were.
  func expectOfficialIntermediates(
    forcing implementation: String, options: ModelOptions? = nil
  ) async throws -> Int {
    let golden = try Checkpoint(contentsOf: url("intermediate.coffee.jpg.safetensors"))
    let seen = Mutex<[String: (values: [Float], columns: Int)]>([:])
    let model = try await model(forcing: implementation, options: options)
    let image = try ImageDecoder().decode(
      .file(Self.photo("coffee.jpg")), preparation: .official, limits: .default)
    let pixels = try PixelNormalization.imageNet.planar(image.resized(width: 384, height: 384))
    let input = try Matrix(rows: 1, columns: pixels.count, values: pixels)
    _ = try await ComputeActor.run { () throws(RAMKitError) in
      let trace: Trace = { name, values in
        // Labels come in panels.
        seen.withLock { $0[name, default: ([], values.columns)].values += values.values }
      }
      let tokens = try model.encode(input, trace: trace)
      return try model.logits(of: model.labels, in: tokens[0], trace: trace)
    }
    let names = golden.tensors.keys.filter { name in
      !["input_every_32nd", "wordvec_proj_before_relu"].contains(name)
        && !name.hasSuffix(".rows") && !name.hasSuffix(".attn_windows")
    }
    for name in names.sorted() {
      let (values, columns) = try #require(seen.withLock { $0[name] }, "\(name) was not traced")
      let expected = try golden.doubles(name)
      let rows =
        golden.tensors["\(name).rows"] == nil
        ? Array(0..<(values.count / columns)) : try golden.doubles("\(name).rows").map { Int($0) }
      let sampled = rows.flatMap { values[($0 * columns)..<(($0 + 1) * columns)] }
      let scale = expected.reduce(1) { max($0, abs($1)) }
      #expect(maximumDistance(sampled, expected) / scale < 5e-6, "\(name)")
    }
    return names.count
  }

  /// Asks for the labels of `openset.safetensors` through the public interface, as the official
  /// open-set scripts do, and compares logits and tags.
  func expectOfficialOpenSet(labels count: Int) async throws {
    let golden = try Checkpoint(contentsOf: url("openset.safetensors"))
    let set = try LabelSet(
      name: "open set", labels: (0..<count).map { Label("category \($0)", threshold: 0.5) })
    let labels = try LabelQuerySet(set, embeddingsAt: url("openset.safetensors"))
    let tagger = try await tagger()
    for photo in ["coffee.jpg", "rocket_progressive.jpg", "chelsea_cmyk.jpg"] {
      let tokens = try await tagger.encode(.file(Self.photo(photo)), options: Self.official)
      let tagging = try await tagger.tags(in: tokens, labels: labels, options: Self.official)
      let expected = try GoldenLogits(photo, in: golden)
      #expect(try expected.ratio(tagging.logits) <= 4)
      #expect(
        tagging.tags.map(\.index).sorted()
          == expected.values.indices.filter { expected.values[$0] > 0 })
    }
  }

  /// A batch, and some of the labels, give every bit that single photos and all labels give.
  func expectBatchesAndSelectionsToAgree(_ selected: [Int]) async throws {
    let tagger = try await tagger()
    let photos = Self.photos.prefix(3).map { Photo.file(Self.photo($0)) }
    let selection = try tagger.labels.selecting(selected)
    let one = TaggingOptions(keepsLogits: true)
    let batch = TaggingOptions(keepsLogits: true, batchSize: 3)
    var items = tagger.taggings(of: photos, options: batch).makeAsyncIterator()
    for photo in photos {
      let single = try await tagger.tags(in: photo, options: one)
      let logits = try #require(single.logits)
      #expect(try await items.next()?.result.get().logits == logits)
      let some = try await tagger.tags(in: photo, labels: selection, options: one)
      #expect(some.logits == selected.map { logits[$0] })
    }
    #expect(try await items.next() == nil)
  }
}
