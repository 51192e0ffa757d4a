import RAMKit
import RAMKitNano
import Testing
import _RAMKitTestSupport

/// RAM-nano against PyTorch with the same numbers.
@Suite struct NanoParityTests {
  /// Four times what PyTorch's own float32 is off by; see Resources/README.md.
  static let tolerance = 4 * GoldenNano.float32Error

  @Test(arguments: RunnableImplementation.all)
  func logitsArePyTorchs(implementation: RunnableImplementation) async throws {
    let golden = try GoldenNano.logits()
    let model = try await GoldenNano.model(forcing: implementation.description)
    for photo in GoldenNano.photos {
      let logits = try await Self.logits(
        of: try GoldenNano.input([photo], for: model), model: model)
      let distance = maximumDistance(logits[0], try golden.doubles("\(photo).jpg"))
      #expect(distance <= Self.tolerance, "\(photo): \(distance)")
    }
  }

  @Test func aBatchGivesTheSameBits() async throws {
    let model = try await GoldenNano.model(forcing: "generic")
    let photos = Array(GoldenNano.photos.prefix(3))
    let together = try await Self.logits(
      of: try GoldenNano.input(photos, for: model), model: model)
    for (photo, logits) in zip(photos, together) {
      let alone = try await Self.logits(
        of: try GoldenNano.input([photo], for: model), model: model)
      #expect(alone[0] == logits)
    }
  }

  /// A label's logit does not depend on who else is asked.
  @Test func aSelectionGivesTheSameBits() async throws {
    let model = try await GoldenNano.model(forcing: "generic")
    let input = try GoldenNano.input(["dogs"], for: model)
    let indices = [1003, 207, 5]
    let some = try model.labels.selecting(indices)
    let (all, selected) = try await ComputeActor.run { () throws(RAMKitError) in
      let tokens = try model.encode(input, trace: nil)[0]
      return (
        try model.logits(of: model.labels, in: tokens, trace: nil),
        try model.logits(of: some, in: tokens, trace: nil)
      )
    }
    #expect(selected == indices.map { all[$0] })
  }

  /// All labels' logits, a list a photo.
  private static func logits(
    of input: Matrix, model: any TaggingModel
  ) async throws -> [[Float]] {
    try await ComputeActor.run { () throws(RAMKitError) in
      var logits: [[Float]] = []
      for tokens in try model.encode(input, trace: nil) {
        logits.append(try model.logits(of: model.labels, in: tokens, trace: nil))
      }
      return logits
    }
  }
}
