import CRAMKernels
import Foundation
import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// RAM against the official PyTorch code, with the small seeded model of Resources/Models/ram.
@Suite struct RAMParityTests {
  static let photos = [
    "astronaut.webp", "astronaut_exif6.jpg", "camera_grey.png", "chelsea_cmyk.jpg", "coffee.jpg",
    "coffee_palette.png", "hopper_alpha.png", "rocket_progressive.jpg",
  ]

  /// PyTorch's own largest distance between float32 and float64 logits over all photos; four times
  /// as much is what another order of the same sums may differ by.
  static let tolerance = 4 * 3.52e-6

  @Test(arguments: RunnableImplementation.all)
  func logitsAndTagsAreTheOfficialOnes(implementation: RunnableImplementation) async throws {
    let golden = try Checkpoint(contentsOf: GoldenRAM.url("logits.safetensors"))
    let expected = try GoldenRAM.expectedTags()
    let tagger = try await GoldenRAM.tagger(forcing: implementation.description)
    for photo in Self.photos {
      let tagging = try await tagger.tags(
        in: .file(GoldenRAM.photo(photo)),
        options: TaggingOptions(preparation: .official, keepsLogits: true))
      let distance = maximumDistance(
        try #require(tagging.logits), try golden.doubles("\(photo)/float64"))
      #expect(distance <= Self.tolerance, "\(photo): \(distance)")
      #expect(tagging.tags.map(\.index).sorted() == expected[photo])
    }
  }

  /// How far rounding weights and activations to bfloat16 moves this model's logits, whose standard
  /// deviation is 1.6: up to 0.054 was seen, over all photos and implementations.
  static let bfloat16Tolerance = 0.1

  /// In bfloat16 the tags are the official ones, but for labels nearer to their threshold than
  /// rounding moves them.
  @Test(arguments: KernelVariant.all.filter { $0.precision == RAMK_BFLOAT16 })
  func bfloat16KeepsTheTags(variant: KernelVariant) async throws {
    let golden = try Checkpoint(contentsOf: GoldenRAM.url("logits.safetensors"))
    let expected = try GoldenRAM.expectedTags()
    let tagger = try await GoldenRAM.tagger(
      forcing: variant.implementationName, precision: .bfloat16)
    for photo in Self.photos {
      let tagging = try await tagger.tags(
        in: .file(GoldenRAM.photo(photo)),
        options: TaggingOptions(preparation: .official, keepsLogits: true))
      let exact = try golden.doubles("\(photo)/float64")
      let distance = maximumDistance(try #require(tagging.logits), exact)
      #expect(distance <= Self.bfloat16Tolerance, "\(photo): \(distance)")
      #expect(distance > Self.tolerance, "bfloat16 that rounds nothing is not bfloat16")
      for index in Set(tagging.tags.map(\.index)).symmetricDifference(expected[photo] ?? []) {
        let threshold = Double(tagger.labels.labels[index].threshold)
        let margin = abs(exact[index] - log(threshold / (1 - threshold)))
        #expect(margin <= distance, "\(photo): label \(index)")
      }
      #expect(tagging.precision == .bfloat16)
    }
  }

  @Test(arguments: RunnableImplementation.all)
  func intermediateTensorsAgree(implementation: RunnableImplementation) async throws {
    let golden = try Checkpoint(contentsOf: GoldenRAM.url("intermediate.coffee.jpg.safetensors"))
    let seen = Mutex<[String: (values: [Float], columns: Int)]>([:])
    let model = try await GoldenRAM.model(forcing: implementation.description)
    let image = try ImageDecoder().decode(
      .file(GoldenRAM.photo("coffee.jpg")), preparation: .official, limits: .default)
    let pixels = try PixelNormalization.imageNet.planar(image.resized(width: 384, height: 384))
    let input = try Matrix(rows: 1, columns: pixels.count, values: pixels)
    _ = try await ComputeActor.run { () throws(RAMKitError) in
      let trace: Trace = { name, values in
        seen.withLock { $0[name] = (values.values, values.columns) }
      }
      let tokens = try model.encode(input, trace: trace)
      return try model.logits(of: model.labels, in: tokens[0], trace: trace)
    }
    let names = golden.tensors.keys.filter { name in
      // Without the image, the rows' indices, what lies in the kernel, and what comes before ReLU.
      !["input_every_32nd", "wordvec_proj_before_relu"].contains(name)
        && !name.hasSuffix(".rows") && !name.hasSuffix(".attn_windows")
    }
    #expect(names.count == 23)
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
  }

  @Test func otherLabelsCanBeAskedForByTheirEmbeddings() async throws {
    let url = GoldenRAM.url("openset.safetensors")
    let golden = try Checkpoint(contentsOf: url)
    let set = try LabelSet(
      name: "open set", labels: (0..<9).map { Label("category \($0)", threshold: 0.5) })
    let labels = try LabelQuerySet(set, embeddingsAt: url)
    let tagger = try await GoldenRAM.tagger()
    for photo in ["coffee.jpg", "rocket_progressive.jpg", "chelsea_cmyk.jpg"] {
      let options = TaggingOptions(preparation: .official, keepsLogits: true)
      let tokens = try await tagger.encode(.file(GoldenRAM.photo(photo)), options: options)
      let tagging = try await tagger.tags(in: tokens, labels: labels, options: options)
      let expected = try golden.doubles("\(photo)/float64")
      #expect(maximumDistance(try #require(tagging.logits), expected) <= Self.tolerance)
      #expect(
        tagging.tags.map(\.index).sorted() == expected.indices.filter { expected[$0] > 0 })
    }
  }

  @Test func aBatchAndASelectionGiveTheSameBits() async throws {
    let tagger = try await GoldenRAM.tagger()
    let photos = Self.photos.prefix(3).map { Photo.file(GoldenRAM.photo($0)) }
    let selection = try tagger.labels.selecting([40, 3, 63])
    let one = TaggingOptions(keepsLogits: true)
    let batch = TaggingOptions(keepsLogits: true, batchSize: 3)
    var items = tagger.taggings(of: photos, options: batch).makeAsyncIterator()
    for photo in photos {
      let single = try await tagger.tags(in: photo, options: one)
      let logits = try #require(single.logits)
      #expect(try await items.next()?.result.get().logits == logits)
      let selected = try await tagger.tags(in: photo, labels: selection, options: one)
      #expect(selected.logits == [logits[40], logits[3], logits[63]])
    }
    #expect(try await items.next() == nil)
  }
}
