import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// GGUF files can list tensors of a type that RAMKit doesn't read, and whose bytes it therefore
/// can't count: sizes that nothing stands behind.
@Suite struct ClaimedSizesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A tiny RAM without a byte of data, where each size of 8 is `width` instead.
  private func url(width: UInt64) throws -> URL {
    var gguf = GGUFBuilder(TinyCheckpoint.ram())
    for index in gguf.tensors.indices {
      gguf.tensors[index].type = 2
      gguf.tensors[index].offset = 0
      gguf.tensors[index].dimensions = gguf.tensors[index].dimensions.map { $0 == 8 ? width : $0 }
    }
    gguf.data = []
    return try folder.write(gguf.build(), to: "model.gguf")
  }

  @Test func sizesThatAddUpToTooMuchAreListedOrRefused() throws {
    for shift in 3...31 {
      do {
        let description = try ModelDescription(contentsOf: url(width: 1 << shift))
        #expect(description.parameterCount > 0)
        #expect(shift <= 23)
      } catch RAMKitError.malformedCheckpoint(_, let reason) {
        #expect(shift > 22 && reason.contains("can't have the shape"))
      }
    }
  }

  @Test func tensorsWithoutBytesAreRefusedBeforeMemoryIsSetAside() async throws {
    let labels = try LabelSet(name: "tiny", labels: (0..<5).map { Label("label \($0)") })
    for width: UInt64 in [8, 1 << 20] {
      let url = try url(width: width)
      let error = await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: url, options: ModelOptions(labels: labels))
      }
      guard width == 8 else { continue }
      guard case .unsupportedModel(_, let reason)? = error else {
        Issue.record("another error: \(String(describing: error))")
        continue
      }
      #expect(reason.contains("Q4_0"))
    }
  }
}
