import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// RAM-nano against PyTorch with the same numbers.
@Suite struct NanoParityTests {
  /// The logits are of the order of 10; PyTorch's own float32 is off by up to 6.2e-6.
  static let tolerance = 4 * 6.2e-6

  @Test(arguments: RunnableImplementation.all)
  func classLogitsArePyTorchs(implementation: RunnableImplementation) async throws {
    let golden = try GoldenNano.logits()
    let model = try await GoldenNano.model(forcing: implementation.description)
    for photo in GoldenNano.photos {
      let classes = try await Self.classLogits(
        of: try GoldenNano.input([photo], for: model), model: model)
      let distance = maximumDistance(classes[0], try golden.doubles("\(photo).jpg/float64"))
      #expect(distance <= Self.tolerance, "\(photo): \(distance)")
    }
  }

  @Test func aBatchGivesTheSameBits() async throws {
    let model = try await GoldenNano.model(forcing: "generic")
    let photos = Array(GoldenNano.photos.prefix(3))
    let together = try await Self.classLogits(
      of: try GoldenNano.input(photos, for: model), model: model)
    for (photo, logits) in zip(photos, together) {
      let alone = try await Self.classLogits(
        of: try GoldenNano.input([photo], for: model), model: model)
      #expect(alone[0] == logits)
    }
  }

  /// The classifier's raw outputs, a list a photo.
  private static func classLogits(
    of input: Matrix, model: any TaggingModel
  ) async throws -> [[Float]] {
    let seen = Mutex<[[Float]]>([])
    _ = try await ComputeActor.run { () throws(RAMKitError) in
      let trace: Trace = { name, values in
        if name == "classifier" { seen.withLock { $0.append(values.values) } }
      }
      for features in try model.encode(input, trace: nil) {
        _ = try model.logits(of: model.labels, in: features, trace: trace)
      }
    }
    return seen.withLock(\.self)
  }
}
