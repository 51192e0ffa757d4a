import RAMKit
import Testing
import _RAMKitTestSupport

/// RAM's sizes, and its floating-point operations counted from them by hand.
struct RAMArithmetic {
  var image = 384
  var patch = 4
  var window = 12
  var widths = [192, 384, 768, 1536]
  var depths = [2, 2, 18, 2]
  var feedForward = 4
  var memory = 512
  var embedding = 512
  var labels = 4585
  var width = 768
  var hidden = 3072
  var layers = 2

  private var side: Int { image / patch }

  /// Swin up to its last block.
  var encoder: Int {
    var sum = side * side * widths[0] * 3 * patch * patch
    var tokens = side * side
    for (stage, width) in widths.enumerated() {
      let products = 3 * width * width + width * width + 2 * feedForward * width * width
      let attention = 2 * window * window * width
      sum += depths[stage] * tokens * (products + attention)
      tokens /= 4
      // Merging: four tokens' channels to twice as many as one has.
      if stage < widths.count - 1 { sum += tokens * 8 * width * width }
    }
    return 2 * sum
  }

  private var tokens: Int {
    let last = side >> (widths.count - 1)
    return 1 + last * last
  }

  var imageProjection: Int { 2 * tokens * (widths.last ?? 0) * memory }

  /// What depends on the labels alone: their projection, and the first layer's queries.
  var labelWork: Int { 2 * labels * (embedding * width + width * width) }

  /// The recognition decoder and the classifier, but for the label-only work.
  var decoder: Int {
    let keysAndValues = 2 * tokens * memory * width
    let each = 2 * tokens * width + width * width + 2 * width * hidden
    let queries = (layers - 1) * width * width
    return 2 * (layers * (keysAndValues + labels * each) + labels * (queries + width))
  }

  var whole: Int { encoder + imageProjection + labelWork + decoder }
}

@Suite struct WorkTests {
  /// 208 GFLOP for the encoder and 108 for the decoder, as RAM is known by.
  @Test func officialSizesGiveTheKnownFigures() {
    let official = RAMArithmetic()
    #expect(official.whole == 324_390_538_752)
    #expect((official.encoder + 500_000_000) / 1_000_000_000 == 208)
    #expect((official.decoder + official.imageProjection + 500_000_000) / 1_000_000_000 == 108)
  }

  @Test func aModelCountsWhatItsSizesCallFor() async throws {
    let model = try await GoldenModel.ram.model(forcing: "generic")
    let encoder = try #require(model.description.imageEncoder)
    let decoder = try #require(model.description.decoder)
    let expected = RAMArithmetic(
      widths: encoder.widths, depths: encoder.depths, memory: decoder.memoryWidth, labels: 64,
      width: decoder.width, hidden: decoder.feedForward, layers: decoder.layers)
    let photos = try Matrix(
      rows: 2, columns: 3 * 384 * 384, values: Array(repeating: 0.5, count: 2 * 3 * 384 * 384))
    let counts = try await ComputeActor.run { () throws(RAMKitError) in
      var marks = [model.compute.work]
      let tokens = try model.encode(photos, trace: nil)
      marks.append(model.compute.work)
      for _ in 0..<2 {
        _ = try model.logits(of: model.labels, in: tokens[0], trace: nil)
        marks.append(model.compute.work)
      }
      return zip(marks.dropFirst(), marks).map { $0 - $1 }
    }
    #expect(counts[0] == 2 * (expected.encoder + expected.imageProjection))
    #expect(counts[1] == expected.labelWork + expected.decoder)
    #expect(counts[2] == expected.decoder, "the label-only work is kept")
  }
}
