import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct GGUFReaderTests {
  let folder: CheckpointFolder

  init() throws { folder = try CheckpointFolder() }

  private func open(_ change: (inout GGUFBuilder) -> Void) throws -> Checkpoint {
    var builder = GGUFBuilder()
    change(&builder)
    return try folder.open(builder.build())
  }

  private func tensor(
    _ name: String, _ dimensions: [UInt64], type: UInt32 = 0, at offset: UInt64 = 0
  ) -> GGUFBuilder.Tensor {
    GGUFBuilder.Tensor(name: name, dimensions: dimensions, type: type, offset: offset)
  }

  /// Opens a file with the tensors given over 64 bytes of data.
  private func open(_ tensors: GGUFBuilder.Tensor...) throws -> Checkpoint {
    try open {
      $0.tensors = tensors
      $0.data = [UInt8](repeating: 0, count: 64)
    }
  }

  @Test func valuesOfEveryTypeAreRead() throws {
    let checkpoint = try Checkpoint(contentsOf: CheckpointFixture.url("kinds.gguf"))
    let expected = [
      "general.architecture": "ram", "general.name": "every kind", "test.uint8": "200",
      "test.int8": "-100", "test.uint16": "60000", "test.int16": "-30000",
      "test.uint32": "4000000000", "test.int32": "-2000000000", "test.uint64": "\(1 << 62)",
      "test.int64": "\(-1 << 62)", "test.float32": "\(Double(Float(0.65)))",
      "test.float64": "0.65", "test.bool": "1", "test.string": "狗 😀",
      "test.strings": "3 values (string)", "test.floats": "2 values (float32)",
      "test.integers": "3 values (int32)",
    ]
    for (key, value) in expected { #expect(checkpoint.metadata[key] == value, "\(key)") }
    let metadata = try #require(checkpoint.ggufMetadata)
    #expect(try metadata.texts("test.strings", limit: 3) == ["dog", "", "café"])
    #expect(try metadata.numbers("test.floats", limit: 2) == [0.65, 1])
    #expect(try metadata.integers("test.integers", limit: 3) == [3, -4, 5])
    #expect(try metadata.texts("test.nothing", limit: 3) == nil)
    for read in [
      { _ = try metadata.texts("test.floats", limit: 9) },
      { _ = try metadata.integers("test.floats", limit: 9) },
      { _ = try metadata.numbers("test.strings", limit: 9) },
      { _ = try metadata.texts("test.strings", limit: 2) },
      { _ = try metadata.texts("test.string", limit: 9) },
    ] as [() throws -> Void] {
      #expect(throws: (any Error).self) { try read() }
    }
  }

  @Test func versionTwoIsReadAndOthersAreNamed() throws {
    var bytes = try [UInt8](Data(contentsOf: CheckpointFixture.url("kinds.gguf")))
    let third = try folder.open(bytes).tensors
    bytes[4] = 2
    #expect(try folder.open(bytes).tensors == third)
    for version: UInt8 in [0, 1, 4] {
      bytes[4] = version
      expectMalformed("version \(version)") { try folder.open(bytes) }
    }
    bytes.replaceSubrange(4..<8, with: [0, 0, 0, 3])
    expectMalformed("big-endian") { try folder.open(bytes) }
  }

  @Test func typesThatNoModelUsesAreListedAndNotRead() throws {
    let checkpoint = try Checkpoint(contentsOf: CheckpointFixture.url("kinds.gguf"))
    let quantised = try #require(checkpoint.tensors["q4_0"])
    #expect(quantised.shape == [3, 64])
    #expect {
      try checkpoint.bytes(of: "q4_0")
    } throws: { error in
      guard case .unsupportedModel(_, let reason)? = error as? RAMKitError else { return false }
      return reason.contains("'q4_0'") && reason.contains("Q4_0")
    }
    #expect(try open(tensor("new", [7], type: 999)).tensors["new"]?.elementType.isReadable == false)
  }

  @Test func theArchitectureInFrontOfNamesGoes() throws {
    func names(_ names: [String], architecture: String?) throws -> [String] {
      try open { builder in
        if let architecture {
          builder.metadata = [("general.architecture", GGUFBuilder.text(architecture))]
        }
        for name in names { builder.add(name, [1], [1]) }
      }.tensors.keys.sorted()
    }
    #expect(try names(["ram.a", "ram.ram.b", "c"], architecture: "ram") == ["a", "c", "ram.b"])
    #expect(try names(["ram_plus.a"], architecture: "ram") == ["ram_plus.a"])
    #expect(try names(["ram.a"], architecture: nil) == ["ram.a"])
    expectMalformed("both a tensor 'a'") { try names(["ram.a", "a"], architecture: "ram") }
  }

  @Test func whatAHeaderClaimsIsHeldAgainstTheFile() throws {
    #expect(try open { _ in }.tensors.isEmpty)
    for count: UInt64 in [64, 1 << 40, .max] {
      expectMalformed("claims") { try open { $0.tensorCount = count } }
      expectMalformed("claims") { try open { $0.metadataCount = count } }
      let array = GGUFBuilder.value(9, little(UInt32(0)) + little(count))
      expectMalformed("metadata 'k' claims") { try open { $0.metadata = [("k", array)] } }
      let texts = GGUFBuilder.value(9, little(UInt32(8)) + little(count))
      expectMalformed("metadata 'k'") { try open { $0.metadata = [("k", texts)] } }
      let text = GGUFBuilder.value(8, little(count) + Array("abc".utf8))
      expectMalformed("metadata 'k' claims") { try open { $0.metadata = [("k", text)] } }
    }
    expectMalformed("claims 65537 tensors") {
      try open {
        $0.tensorCount = 65_537
        $0.data = [UInt8](repeating: 0, count: 65_537 * 24)
      }
    }
    expectMalformed("65 dimensions") { try open(tensor("a", [UInt64](repeating: 1, count: 65))) }
  }

  @Test func namesAndTypesAreStrict() {
    let one = GGUFBuilder.integer(1)
    expectMalformed("metadata names 'k' twice") {
      try open { $0.metadata = [("k", one), ("k", one)] }
    }
    expectMalformed("'a' twice") { try open(tensor("a", [1]), tensor("a", [1], at: 32)) }
    expectMalformed("unknown type 13") { try open { $0.metadata = [("k", little(UInt32(13)))] } }
    expectMalformed("array of arrays") {
      try open { $0.metadata = [("k", GGUFBuilder.array(9, count: 0, []))] }
    }
    let invalid = GGUFBuilder.value(8, little(UInt64(2)) + [0xC3, 0x28])
    expectMalformed("not UTF-8") { try open { $0.metadata = [("k", invalid)] } }
    expectMalformed("one of 3 parts") {
      try open { $0.metadata = [("split.count", GGUFBuilder.value(2, little(UInt16(3))))] }
    }
  }

  @Test func tensorsLieWithinTheFileAndApart() throws {
    #expect(try open(tensor("a", [8]), tensor("b", [8], at: 32)).tensors.count == 2)
    #expect(try open(tensor("a", [0]), tensor("b", [2, 0, 9])).tensors["b"]?.shape == [9, 0, 2])
    #expect(try open(tensor("a", [])).tensors["a"]?.elementCount == 1)
    expectMalformed("'b' overlaps") { try open(tensor("a", [9]), tensor("b", [1], at: 32)) }
    expectMalformed("overlaps") { try open(tensor("a", [1]), tensor("b", [1])) }
    expectMalformed("no multiple of 32") { try open(tensor("a", [1], at: 16)) }
    expectMalformed("'a' of 68 bytes") { try open(tensor("a", [17])) }
    for offset: UInt64 in [96, 1 << 40, .max] {
      expectMalformed("'a' starts at byte \(offset)") { try open(tensor("a", [1], at: offset)) }
    }
    for shape: [UInt64] in [[.max], [1 << 62, 4], [1 << 32, 1 << 32], [1 << 61, 2]] {
      expectMalformed("'a'") { try open(tensor("a", shape)) }
    }
    expectMalformed("'a' of type q8_0") { try open(tensor("a", [31], type: 8)) }
    expectMalformed("'a' of type q8_0") { try open(tensor("a", [], type: 8)) }
  }

  @Test func theAlignmentIsTheFilesOwn() throws {
    func open(alignment: Int, claimed: UInt32) throws -> Checkpoint {
      try self.open {
        $0.alignment = alignment
        $0.metadata = [("general.alignment", GGUFBuilder.integer(claimed))]
        $0.add("a", [1], [1])
        $0.add("b", [2], [2, 3])
      }
    }
    for alignment in [8, 64, 4096] {
      let checkpoint = try open(alignment: alignment, claimed: UInt32(alignment))
      #expect(try checkpoint.bytes(of: "b") == floats(2, 3))
    }
    for wrong: UInt32 in [0, 3, 48, 1 << 31] {
      expectMalformed("alignment \(wrong)") { try open(alignment: 32, claimed: wrong) }
    }
  }

  /// Wherever a file ends, that is an error.
  @Test func everyTruncationIsNoticed() throws {
    let whole = try [UInt8](Data(contentsOf: CheckpointFixture.url("kinds.gguf")))
    // The last tensor, of a type that is not read, may lack bytes unnoticed; and padding may.
    for count in stride(from: 0, to: whole.count - 200, by: 3) {
      #expect(throws: RAMKitError.self) { try folder.open(Array(whole[..<count])) }
    }
  }
}
