import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ScreenCommandTests {
  private let folder: TaggingFolder
  private let model = [
    "--model", "tiny.safetensors", "--names", "names.txt", "--thresholds", "thresholds.txt",
  ]

  init() throws {
    folder = try TaggingFolder()
    for seed in 0..<40 {
      try folder.write(TaggingFolder.bmp(seed: seed * 5), to: "photo-\(seed).bmp")
    }
  }

  private func screen(_ arguments: String...) async throws -> Command.Outcome {
    try await Command.run(
      ["screen"] + model + ["--output", "screen.safetensors"] + arguments, in: folder.url)
  }

  @Test func makesWhatTagTakes() async throws {
    let made = try await screen("--risk", "0.1", ".")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("of 40 a photo"))
    // The folder's broken photos.
    #expect(made.errors.contains("broken.jpg"))

    let written = try LabelScreen(contentsOf: folder.file("screen.safetensors"))
    #expect(written.photoCount == 21 && written.risk <= 0.1)
    let whole = try await folder.tag(["--format", "jsonl", "photo-3.bmp"])
    let screened = try await folder.tag(
      ["--format", "jsonl", "--screen", "screen.safetensors", "photo-3.bmp"])
    #expect(screened.status == 0, "\(screened.errors)")
    #expect(screened.output == whole.output)
  }

  @Test func refusesWhatMakesNoSense() async throws {
    #expect(try await screen("--risk", "0", ".").status == 64)
    #expect(try await screen("--risk", "1", ".").status == 64)
    let few = try await screen("--risk", "0.01", ".")
    #expect(few.status == 64 && few.errors.contains("198 photos"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("screen.safetensors").path))

    #expect(try await folder.tag(["--screen", "none.safetensors", "a.bmp"]).status == 66)
    #expect(try await folder.tag(["--screen", "tiny.safetensors", "a.bmp"]).status == 65)
    _ = try await screen("--risk", "0.1", ".")
    let both = try await folder.tag(
      ["--screen", "screen.safetensors", "--scores", "--format", "json", "a.bmp"])
    #expect(both.status == 64)
    let other = try await folder.tag(
      ["--screen", "screen.safetensors", "--precision", "int8", "a.bmp"])
    #expect(other.status == 64 && other.errors.contains("made in float32"))
  }
}
