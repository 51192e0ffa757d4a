import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct CheckpointTests {
  @Test(arguments: [
    "kinds.pth", "views.pth", "deflated.pth", "protocol2.pth", "protocol3.pth", "protocol4.pth",
    "protocol5.pth", "training2.pth", "training4.pth", "parameters.pth", "lone.pth",
    "unreadable.pth", "kinds.safetensors", "names.safetensors", "kinds.gguf",
  ])
  func readsWhatTheReferencesWrote(_ file: String) throws {
    let checkpoint = try Checkpoint(contentsOf: CheckpointFixture.url(file))
    let expected = try #require(try CheckpointFixture.expected()[file])
    let readable = checkpoint.tensors.filter(\.value.elementType.isReadable)
    #expect(Set(readable.keys) == Set(expected.keys))
    for (name, facts) in expected {
      let tensor = try #require(checkpoint.tensors[name])
      #expect("\(tensor.elementType)" == facts.dtype)
      #expect(tensor.shape == facts.shape)
      let bytes = try checkpoint.bytes(of: name)
      #expect(bytes.count == tensor.byteCount)
      #expect(bytes.map { String(format: "%02x", $0) }.joined() == facts.bytes, "\(file) \(name)")
    }
  }

  @Test func tellsTheFormatByContent() throws {
    let folder = try TemporaryFolder()
    for (file, format) in [
      ("kinds.pth", CheckpointFormat.pyTorch), ("kinds.safetensors", .safetensors),
      ("kinds.gguf", .gguf),
    ] {
      let bytes = try [UInt8](Data(contentsOf: CheckpointFixture.url(file)))
      let checkpoint = try Checkpoint(contentsOf: folder.write(bytes, to: "model.bin"))
      #expect(checkpoint.format == format)
    }
  }

  @Test func carriesMetadata() throws {
    let plain = try Checkpoint(contentsOf: CheckpointFixture.url("kinds.safetensors"))
    #expect(plain.metadata == ["format": "pt"])
    let odd = try Checkpoint(contentsOf: CheckpointFixture.url("names.safetensors"))
    #expect(odd.metadata == ["k\t\u{FC}": "v\r\"\u{1F}"])
  }

  @Test func typesThatNoModelUsesAreListedAndNotRead() throws {
    let checkpoint = try Checkpoint(contentsOf: CheckpointFixture.url("unreadable.pth"))
    let complex = try #require(checkpoint.tensors["complex"])
    #expect(complex.elementType == .unsupported(name: "complex64", bits: 64))
    #expect(complex.shape == [2])
    #expect(checkpoint.tensors["unsigned"]?.elementType == .unsupported(name: "uint16", bits: 16))
    #expect {
      try checkpoint.bytes(of: "complex")
    } throws: { error in
      guard case .unsupportedModel(_, let reason)? = error as? RAMKitError else { return false }
      return reason.contains("'complex'") && reason.contains("complex64")
    }
  }

  @Test func otherFilesSayWhatToDo() throws {
    let folder = try CheckpointFolder()
    expectMalformed("before PyTorch 1.6") {
      try Checkpoint(contentsOf: CheckpointFixture.url("legacy.pth"))
    }
    expectMalformed("TorchScript") {
      try Checkpoint(contentsOf: CheckpointFixture.url("script.pth"))
    }
    expectMalformed("torch.nn.modules.linear.Linear") {
      try Checkpoint(contentsOf: CheckpointFixture.url("module.pth"))
    }
    expectMalformed("empty") { try folder.open([UInt8]()) }
    expectMalformed("claims") { try folder.open(Array("GGUF\u{3}\0\0\0........".utf8)) }
    expectMalformed("web page") { try folder.open(Array("<!DOCTYPE html><html></html>".utf8)) }
    expectMalformed("Git LFS") { try folder.open(Array("version https://git-lfs...".utf8)) }
    expectMalformed("neither a safetensors nor a GGUF file") {
      try folder.open(Array("\u{1}\u{2}\u{3}".utf8))
    }
  }

  @Test func missingFilesAndFoldersAreTyped() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("none.pth")
    #expect(throws: RAMKitError.fileNotFound(path: missing.path)) {
      try Checkpoint(contentsOf: missing)
    }
    #expect {
      try Checkpoint(contentsOf: folder.url)
    } throws: { error in
      if case .notARegularFile? = error as? RAMKitError { true } else { false }
    }
  }

  @Test func aTensorOfAnotherCheckpointIsRefused() throws {
    let kinds = try Checkpoint(contentsOf: CheckpointFixture.url("kinds.pth"))
    let views = try Checkpoint(contentsOf: CheckpointFixture.url("views.pth"))
    let foreign = try #require(views.tensors["whole"])
    #expect(throws: RAMKitError.self) {
      try kinds.withBytes(of: foreign) { (bytes) throws(RAMKitError) in bytes.count }
    }
  }

  @Test func bytesAreAlignedAndCanBeReadTwiceAndAtOnce() async throws {
    // One byte of header more than a multiple of 8: every tensor lies askew in the file.
    let header = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    #expect(header.utf8.count % 4 != 0)
    let bytes = little(UInt64(header.utf8.count)) + Array(header.utf8) + floats(1.5, -2)
    let folder = try CheckpointFolder()
    let checkpoint = try folder.open(bytes)
    let tensor = try #require(checkpoint.tensors["a"])
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 {
        group.addTask {
          try checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) in
            Array(bytes.assumingMemoryBound(to: Float.self))
          }
        }
      }
      for try await values in group { #expect(values == [1.5, -2]) }
    }
  }

  /// Whatever happens to a file's bytes, it opens or it is an error; nothing traps or hangs.
  @Test(arguments: [
    "training2.pth", "views.pth", "deflated.pth", "kinds.safetensors", "kinds.gguf",
  ])
  func damageIsAnErrorOrHarmless(_ file: String) throws {
    let original = try [UInt8](Data(contentsOf: CheckpointFixture.url(file)))
    let folder = try CheckpointFolder()
    var random = SeededGenerator(seed: 7)
    for _ in 0..<150 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: position)
        default: bytes.insert(0xFF, at: position)
        }
      }
      guard let checkpoint = try? folder.open(bytes) else { continue }
      for tensor in checkpoint.tensors.values {
        let count = try? checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) in
          bytes.count
        }
        #expect(count == nil || count == tensor.byteCount)
      }
    }
  }
}
