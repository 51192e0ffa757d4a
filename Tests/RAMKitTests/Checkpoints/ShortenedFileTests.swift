import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// A checkpoint that someone cuts short while it is in use: an error, and not the end of the process.
@Suite struct ShortenedFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectUnreadable(_ body: () throws -> Void) {
    let error = #expect(throws: RAMKitError.self, performing: body)
    guard case .unreadableFile(_, let reason)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(reason.contains("bytes when it was opened"))
  }

  private func shorten(_ url: URL, to size: off_t) {
    #expect(truncate(url.path, size) == 0)
  }

  @Test func itsTensorsAreUnreadable() throws {
    let url = folder.file("model.safetensors")
    try TinyCheckpoint.ram().write(to: url)
    let checkpoint = try Checkpoint(contentsOf: url)
    shorten(url, to: 9000)
    var isWhole = true
    for tensor in checkpoint.tensors.values {
      guard case .mapped(let range) = tensor.storage, range.upperBound > 9000 else { continue }
      isWhole = false
      expectUnreadable { try checkpoint.withBytes(of: tensor) { _ in } }
      expectUnreadable {
        try checkpoint.forEachPiece(of: tensor) { (_, _) throws(RAMKitError) in }
      }
    }
    #expect(!isWhole)
  }

  /// Deflated and transposed tensors, too.
  @Test(arguments: ["deflated.pth", "views.pth"])
  func soAreThoseThatDoNotLieThereAsTheyAre(fixture: String) throws {
    let url = try folder.write(Data(contentsOf: CheckpointFixture.url(fixture)), to: fixture)
    let checkpoint = try Checkpoint(contentsOf: url)
    shorten(url, to: 0)
    for tensor in checkpoint.tensors.values where tensor.byteCount > 0 {
      expectUnreadable { try checkpoint.withBytes(of: tensor) { _ in } }
    }
  }

  @Test func aConversionOfItLeavesNothingBehind() async throws {
    let (url, target) = (folder.file("model.safetensors"), folder.file("out.safetensors"))
    try TinyCheckpoint.ram().write(to: url)
    let labels = try LabelSet(name: "tiny", labels: (0..<5).map { Label("label \($0)") })
    let conversion = try ModelConversion(of: url, options: ModelOptions(labels: labels))
    shorten(url, to: 9000)
    let error = await #expect(throws: RAMKitError.self) { try await conversion.write(to: target) }
    #expect(error?.code == "unreadableFile")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  /// What is loaded is loaded.
  @Test func aTaggerNeedsItNoMore() async throws {
    let url = folder.file("model.safetensors")
    try TinyCheckpoint.ram().write(to: url)
    let labels = try LabelSet(name: "tiny", labels: (0..<5).map { Label("label \($0)") })
    let tagger = try await Tagger(contentsOf: url, options: ModelOptions(labels: labels))
    let rgb = (0..<2700).map { UInt8(truncatingIfNeeded: $0) }
    let photo = Photo.pixels(try RAMKit.Image(width: 30, height: 30, rgb: rgb))
    let options = TaggingOptions(keepsLogits: true)
    let logits = try await tagger.tags(in: photo, options: options).logits
    shorten(url, to: 0)
    #expect(try await tagger.tags(in: photo, options: options).logits == logits)
  }
}
