import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct SafetensorsWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func entry(_ name: String, _ type: ElementType, _ shape: [Int]) -> SafetensorsWriter.Entry
  {
    SafetensorsWriter.Entry(name: name, elementType: type, shape: shape)
  }

  private func hand(_ bytes: [UInt8], _ sink: SafetensorsWriter.Sink) throws(RAMKitError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(RAMKitError) in
      try sink(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Writes a copy of a checkpoint, and returns its bytes.
  private func copy(_ checkpoint: Checkpoint, chunk: Int) throws -> [UInt8] {
    let entries = checkpoint.tensors.values.map { entry($0.name, $0.elementType, $0.shape) }
    let url = folder.file("copy.safetensors")
    let writer = try SafetensorsWriter(url: url, entries: entries, metadata: checkpoint.metadata)
    try writer.write { (entry, sink) throws(RAMKitError) in
      guard let tensor = checkpoint.tensors[entry.name] else { return }
      try checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) in
        for start in stride(from: 0, to: bytes.count, by: chunk) {
          try sink(.init(rebasing: bytes[start..<min(start + chunk, bytes.count)]))
        }
      }
    }
    return try [UInt8](Data(contentsOf: url))
  }

  @Test(arguments: ["kinds.safetensors", "names.safetensors"])
  func writesTheReferencesOwnBytes(_ file: String) throws {
    let url = try CheckpointFixture.url(file)
    let copied = try copy(Checkpoint(contentsOf: url), chunk: 5)
    #expect(try copied == [UInt8](Data(contentsOf: url)))
  }

  @Test func aPyTorchFileIsTheSameAfterwards() throws {
    let original = try Checkpoint(contentsOf: CheckpointFixture.url("views.pth"))
    _ = try copy(original, chunk: 1 << 20)
    let copied = try Checkpoint(contentsOf: folder.file("copy.safetensors"))
    #expect(copied.format == .safetensors)
    #expect(copied.tensors.keys.sorted() == original.tensors.keys.sorted())
    for (name, tensor) in original.tensors {
      #expect(copied.tensors[name]?.shape == tensor.shape)
      #expect(copied.tensors[name]?.elementType == tensor.elementType)
      #expect(try copied.bytes(of: name) == original.bytes(of: name))
    }
  }

  @Test func noTensorsAreAFileToo() throws {
    let url = folder.file("empty.safetensors")
    try SafetensorsWriter(url: url, entries: []).write { _, _ in }
    #expect(try [UInt8](Data(contentsOf: url)) == little(UInt64(8)) + Array("{}      ".utf8))
    #expect(try Checkpoint(contentsOf: url).tensors.isEmpty)
  }

  /// Tensors that want more than their type does come first, and behind them all others are aligned, too.
  @Test func alignmentIsKept() throws {
    func aligned(_ name: String, _ bytes: Int) -> SafetensorsWriter.Entry {
      SafetensorsWriter.Entry(name: name, elementType: .uint8, shape: [bytes], alignment: 64)
    }
    let url = folder.file("aligned.safetensors")
    for name in ["a", "a longer name, by which the header grows"] {
      let entries = [
        entry("x", .float64, [3]), aligned(name, 128), entry("y", .uint8, [5]), aligned("b", 64),
      ]
      try SafetensorsWriter(url: url, entries: entries).write { (entry, sink) throws(RAMKitError) in
        try hand([UInt8](repeating: 1, count: entry.name == "x" ? 24 : entry.shape[0]), sink)
      }
      let tensors = try Checkpoint(contentsOf: url).tensors
      for (name, unit) in [(name, 64), ("b", 64), ("x", 8)] {
        guard case .mapped(let range)? = tensors[name]?.storage else { continue }
        #expect(range.lowerBound % unit == 0, "\(name)")
      }
    }
    #expect(throws: RAMKitError.self) {
      try SafetensorsWriter(url: url, entries: [aligned("a", 65)])
    }
  }

  @Test func whatDoesNotFitIsRefused() {
    let url = folder.file("x.safetensors")
    for entries in [
      [entry("a", .int8, [1]), entry("a", .int8, [2])],
      [entry("__metadata__", .int8, [1])],
      [entry("a", .int8, [-1])],
      [entry("a", .float32, [.max])],
      [entry("a", .int8, [.max]), entry("b", .int8, [.max])],
      [entry("a", .int8, [Int](repeating: 1, count: 65))],
      [entry("a", .unsupported(name: "complex64", bits: 64), [1])],
    ] {
      expectUnwritable("") { try SafetensorsWriter(url: url, entries: entries) }
    }
  }

  /// Expects an error of writing, and a folder that holds only `left` afterwards.
  private func expectUnwritable<R>(
    _ part: String, left: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> R
  ) {
    do {
      _ = try body()
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch RAMKitError.unwritableFile(_, let reason) {
      #expect(part.isEmpty || reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(found?.sorted() == left, sourceLocation: sourceLocation)
  }

  @Test func nothingIsLeftOfAWriteThatFails() throws {
    let url = try folder.write("the old file", to: "model.safetensors")
    let name = "model.safetensors"
    let writer = try SafetensorsWriter(url: url, entries: [entry("a", .uint8, [4])])
    for bytes: [UInt8] in [[], [1, 2, 3], [1, 2, 3, 4, 5]] {
      expectUnwritable("\(bytes.count) bytes in place of 4", left: [name]) {
        try writer.write { (_, sink) throws(RAMKitError) in try hand(bytes, sink) }
      }
    }
    #expect(throws: RAMKitError.cancelled) {
      try writer.write { (_, sink) throws(RAMKitError) in
        try hand([1, 2], sink)
        throw .cancelled
      }
    }
    #expect(try String(contentsOf: url, encoding: .utf8) == "the old file")
    try writer.write { (_, sink) throws(RAMKitError) in try hand([1, 2, 3, 4], sink) }
    #expect(try Checkpoint(contentsOf: url).bytes(of: "a") == [1, 2, 3, 4])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [name])
  }

  @Test func placesThatCanNotBeWrittenAreTyped() throws {
    let below = folder.file("none/model.safetensors")
    expectUnwritable("") { try SafetensorsWriter(url: below, entries: []).write { _, _ in } }
    let file = try folder.write("", to: "file")
    let within = file.appendingPathComponent("model.safetensors")
    expectUnwritable("", left: ["file"]) {
      try SafetensorsWriter(url: within, entries: []).write { _, _ in }
    }
    expectUnwritable("", left: ["file"]) {
      try SafetensorsWriter(url: folder.url, entries: []).write { _, _ in }
    }
  }
}
