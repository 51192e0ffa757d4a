import Foundation
import RAMKit
import RAMKitNano
import Testing
import _RAMKitTestSupport

/// The text encoder of the package against PyTorch.
@Suite struct NanoTextEncoderTests {
  /// What the official class makes of the numbers in the package's file: Resources/README.md.
  struct Golden {
    let texts: [String]
    let tokens: [[UInt32]]
    let embeddings: [Double]

    init() throws {
      let file = try Checkpoint(contentsOf: GoldenNano.resource("text-embeddings.safetensors"))
      func read<Content: Decodable>(_ key: String) throws -> Content {
        try JSONDecoder().decode(Content.self, from: Data((file.metadata[key] ?? "").utf8))
      }
      texts = try read("texts")
      tokens = try read("tokens")
      embeddings = try file.doubles("embeddings")
    }
  }

  static func file() throws -> URL {
    try ResourceLocator(target: "RAMKitNano").url(of: "ram-nano-text.safetensors")
  }

  @Test(arguments: RunnableImplementation.all)
  func embeddingsAreTheOfficialOnes(_ implementation: RunnableImplementation) async throws {
    let golden = try Golden()
    let encoder = try await SentenceEncoder(
      contentsOf: Self.file(), compute: ComputeContext(forcing: implementation.description))
    #expect(encoder.width == 384 && encoder.maximumTokens == 256)
    #expect(golden.texts.map(encoder.tokens(of:)) == golden.tokens)
    let found = try await encoder.embeddings(of: golden.texts)
    #expect(maximumDistance(found, golden.embeddings) < 1e-6)
  }

  @Test func bfloat16IsNear() async throws {
    let golden = try Golden()
    let encoder = try await SentenceEncoder.nano(precision: .bfloat16)
    let found = try await encoder.embeddings(of: golden.texts)
    for text in golden.texts.indices {
      let cosine = (text * 384..<(text + 1) * 384).reduce(0.0) {
        $0 + Double(found[$1]) * golden.embeddings[$1]
      }
      #expect(cosine > 0.9995, "\(golden.texts[text])")
    }
  }

  /// What apps carry for the sake of the small model.
  @Test func theFilesAreSmall() throws {
    let folder = try Self.file().deletingLastPathComponent()
    let sizes = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey]
    ).map { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
    #expect(sizes.reduce(0, +) <= 40_000_000)
    let text = try Self.file().resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    #expect(text <= 23_000_000)
  }
}
