import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// What a file says of its prepared matrices is held against its bytes before any kernel reads them.
@Suite struct PreparedWeightsTests {
  private let folder: TemporaryFolder
  /// As RAMKit writes it, and with something changed in it.
  private let pristine: URL
  private let file: URL

  /// A matrix of the file.
  private static let name = "tagging_head.encoder.layer.0.output.dense.weight"

  init() async throws {
    folder = try TemporaryFolder()
    pristine = folder.file("pristine.safetensors")
    file = folder.file("changed.safetensors")
    let original = folder.file("tiny.safetensors")
    try TinyCheckpoint.ram().write(to: original)
    let labels = try LabelSet(name: "tiny", labels: (0..<5).map { Label("label \($0)") })
    _ = try await ModelConversion(
      of: original, options: ModelOptions(labels: labels), prepared: true
    ).write(to: pristine)
  }

  /// Writes the file again, with something changed in it; `sizes` cut tensors of bytes.
  private func rewrite(
    alignment: Int? = nil, sizes: [String: Int] = [:],
    adding added: [SafetensorsWriter.Entry] = [],
    metadata change: (inout [String: String]) throws -> Void = { _ in },
    bytes changeBytes: (String, inout [UInt8]) -> Void = { _, _ in }
  ) throws {
    let checkpoint = try Checkpoint(contentsOf: pristine)
    var metadata = checkpoint.metadata
    try change(&metadata)
    let entries = checkpoint.tensors.values.map {
      SafetensorsWriter.Entry(
        name: $0.name, elementType: $0.elementType, shape: sizes[$0.name].map { [$0] } ?? $0.shape,
        alignment: alignment ?? ($0.name.hasSuffix(".prepared") ? 64 : 1))
    }
    let writer = try SafetensorsWriter(url: file, entries: entries + added, metadata: metadata)
    try writer.write { (entry, sink) throws(RAMKitError) in
      var bytes = [UInt8](repeating: 0, count: entry.shape.reduce(1, *))
      if let tensor = checkpoint.tensors[entry.name] {
        bytes = try checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) in
          [UInt8](bytes)
        }
      }
      if let size = sizes[entry.name] { bytes.removeLast(bytes.count - size) }
      changeBytes(entry.name, &bytes)
      try bytes.withUnsafeBufferPointer { (bytes) throws(RAMKitError) in
        try sink(UnsafeRawBufferPointer(bytes))
      }
    }
  }

  /// Changes what the file says of its matrices.
  private func describe(_ change: (inout PreparedWeights) -> Void) throws {
    try rewrite(metadata: { metadata in
      let text = try #require(metadata["prepared"])
      var weights = try JSONDecoder().decode(PreparedWeights.self, from: Data(text.utf8))
      change(&weights)
      metadata["prepared"] = String(decoding: try JSONEncoder().encode(weights), as: UTF8.self)
    })
  }

  private func expect(
    _ code: String, _ part: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let error = await #expect(throws: RAMKitError.self, sourceLocation: sourceLocation) {
      try await Tagger(contentsOf: file)
    }
    #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    #expect(
      error?.message.contains(part) == true || part.isEmpty, "\(error?.message ?? "")",
      sourceLocation: sourceLocation)
  }

  /// The tests' own hands change nothing.
  @Test func theFileIsFine() async throws {
    try rewrite()
    #expect(try Data(contentsOf: file) == Data(contentsOf: pristine))
    _ = try await Tagger(contentsOf: file)
  }

  @Test func matricesAreAligned() throws {
    let checkpoint = try Checkpoint(contentsOf: pristine)
    let names = try #require(checkpoint.prepared).tensors.keys
    #expect(names.count == 28)
    for name in names {
      let tensor = try #require(checkpoint.tensors["\(name).prepared"])
      guard case .mapped(let range) = tensor.storage else { continue }
      #expect(range.lowerBound % 64 == 0 && range.count % 64 == 0)
    }
    for tensor in checkpoint.tensors.values where tensor.elementType == .float32 {
      guard case .mapped(let range) = tensor.storage else { continue }
      #expect(range.lowerBound % 4 == 0)
    }
  }

  // MARK: - Another layout

  @Test func anotherLayoutIsRefused() async throws {
    try describe {
      $0.layouts[0].digest = "0123456789abcdef"
      $0.layouts[0].implementation = "abacus"
    }
    await expect("unsuitablePreparation", "as 'abacus' of RAMKit")
    let description = try ModelDescription(contentsOf: file)
    #expect(description.preparation?.isSuitable == false)
    #expect(!description.isComplete)
  }

  /// What counts is how bytes lie, and not who wrote them.
  @Test func anotherNameForTheSameLayoutIsNot() async throws {
    try describe { $0.layouts[0].implementation = "abacus" }
    _ = try await Tagger(contentsOf: file)
  }

  // MARK: - Damaged

  /// Version, precision, panel, unit, n, k, size: a matrix's header has to be what the file says it is.
  @Test(arguments: [0, 8, 12, 16, 20, 24, 32, 40, 48])
  func headersAreChecked(offset: Int) async throws {
    try rewrite(bytes: { name, bytes in
      if name == "\(Self.name).prepared" { bytes[offset] ^= 1 }
    })
    await expect("malformedCheckpoint", Self.name)
  }

  @Test func truncatedFilesAreMalformed() async throws {
    let whole = try Data(contentsOf: pristine)
    for cut in [1, 64, whole.count / 2, whole.count - 20] {
      try whole.dropLast(cut).write(to: file)
      await expect("malformedCheckpoint")
    }
  }

  @Test func misalignedMatricesAreMalformed() async throws {
    try rewrite(alignment: 1, adding: [.init(name: "odd", elementType: .int8, shape: [1])])
    await expect("malformedCheckpoint", "no multiple of 64")
  }

  /// No kernel reads beyond a tensor, whatever its first bytes say.
  @Test func matricesEndWithinTheirTensors() async throws {
    for size in [64, 128] {
      try rewrite(sizes: ["\(Self.name).prepared": size])
      await expect("malformedCheckpoint", Self.name)
    }
    try rewrite(sizes: ["\(Self.name).prepared": 0])
    await expect("malformedCheckpoint", "no uint8 tensor '\(Self.name).prepared'")
    try describe { $0.tensors["other"] = .init(shape: [8, 12], precision: .float32) }
    await expect("malformedCheckpoint", "no uint8 tensor 'other.prepared'")
  }

  @Test func sizesAreHeldAgainstTheBytes() async throws {
    // One that no other tensor tells the model's sizes by.
    try describe { $0.tensors[Self.name]?.shape = [8, 1, 12] }
    await expect("wrongTensorShape")
    for shape in [[8, -1], [.max, .max], [Int](repeating: 1, count: 65)] {
      try describe { $0.tensors[Self.name]?.shape = shape }
      await expect("malformedCheckpoint", "make no sense")
    }
  }

  @Test func precisionsAreHeldAgainstTheBytes() async throws {
    try describe { $0.tensors[Self.name]?.precision = .bfloat16 }
    await expect("malformedCheckpoint", "one layout for each precision")
    try describe { $0.layouts.append($0.layouts[0]) }
    await expect("malformedCheckpoint", "one layout for each precision")
    try rewrite(metadata: { $0["precision"] = "float8" })
    await expect("unsuitablePreparation", "no precision that RAMKit knows")
  }

  @Test func matricesAreThereOnce() async throws {
    try rewrite(adding: [.init(name: Self.name, elementType: .uint8, shape: [3])])
    await expect("malformedCheckpoint", "twice")
  }

  @Test func wordsThatMakeNoSenseAreMalformed() async throws {
    for text in ["", "[]", "{}", #"{"layouts":[],"tensors":{"a":1}}"#] {
      try rewrite(metadata: { $0["prepared"] = text })
      await expect("malformedCheckpoint", "'prepared' can't be read")
    }
  }

  /// In other people's files the word means nothing.
  @Test func othersMaySayPrepared() throws {
    let other = folder.file("other.safetensors")
    try TinyCheckpoint.ram().write(to: other, metadata: ["prepared": "{}"])
    #expect(try Checkpoint(contentsOf: other).prepared == nil)
  }
}
