import Foundation
import Testing

@testable import RAMKit

@Suite struct PickleMachineTests {
  let folder: CheckpointFolder

  init() throws { folder = try CheckpointFolder() }

  private func open(_ pickle: [UInt8]) throws -> Checkpoint {
    try folder.open(torchEntries(pickle, storages: ["0": floats(1, 2, 3)]))
  }

  /// A pickle that builds `value` beside an honest tensor.
  private func beside(_ value: [UInt8]) -> [UInt8] {
    PickleBuilder.weight { pickle in
      pickle.tensor("0", count: 3, shape: [3], strides: [1])
      pickle.op("s")
      pickle.string("other")
      pickle.bytes += value
    }
  }

  private func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  // MARK: - Names

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("builtins", "eval"),
    ("builtins", "exec"), ("builtins", "getattr"), ("__builtin__", "eval"), ("builtins", "object"),
    ("subprocess", "Popen"), ("torch", "load"), ("torch.hub", "load"),
    ("torch.storage", "_load_from_bytes"),
    ("collections", "namedtuple"), ("numpy", "load"), ("torch._utils", "_rebuild_sparse_tensor"),
    ("torch", "FloatStorage.__reduce__"), ("", ""), ("torch", "Storage"), ("torch.cuda", "float32"),
  ])
  func everyOtherNameIsRefusedBeforeItIsUsed(_ module: String, _ name: String) throws {
    let call = Array("X\u{4}\0\0\0exit\u{85}R".unicodeScalars.map { UInt8($0.value) })
    expectMalformed("'\(module).\(name)'") { try open(beside(global(module, name) + call)) }
    // Named and never called.
    expectMalformed("'\(module).\(name)'") { try open(beside(global(module, name))) }
    // By way of the stack, as protocol 4 does.
    var stacked = PickleBuilder()
    stacked.string(module)
    stacked.string(name)
    stacked.bytes.append(0x93)
    expectMalformed("'\(module).\(name)'") { try open(beside(Array(stacked.bytes.dropFirst(2)))) }
  }

  @Test func aPickleThatCallsTheSystemRunsNothing() throws {
    let proof = folder.folder.file("proof")
    for module in ["os", "posix"] {
      var pickle = PickleBuilder()
      pickle.global(module, "system")
      pickle.string("touch \(proof.path)")
      pickle.bytes.append(0x85)
      pickle.op("R")
      pickle.op(".")
      expectMalformed("'\(module).system', which is none of the plain data") {
        try open(pickle.bytes)
      }
    }
    // Protocol 0, and the opcode that calls as it names.
    expectMalformed("os.system") {
      try open(Array("cos\nsystem\n(S'touch \(proof.path)'\ntR.".utf8))
    }
    expectMalformed("opcode 0x53") {
      try open(Array("(S'touch \(proof.path)'\nios\nsystem\n.".utf8))
    }
    #expect(!FileManager.default.fileExists(atPath: proof.path))
  }

  @Test func settingsAreInert() throws {
    let call: [UInt8] = Array(")R".utf8)
    let state: [UInt8] = Array("}b".utf8)
    for (module, name) in [("argparse", "Namespace"), ("torch", "device"), ("numpy", "dtype")] {
      let value = global(module, name) + call + state
      #expect(try open(beside(value)).tensors.keys.sorted() == ["weight"])
    }
    // An inert value is no tensor, whatever is done with it.
    let inert = global("torch._utils", "_rebuild_parameter") + global("argparse", "Namespace")
    expectMalformed("a parameter without its tensor") {
      try open(beside(inert + call + [0x85] + Array("R".utf8)))
    }
    expectMalformed("a storage class") { try open(beside(global("torch", "FloatStorage") + call)) }
    expectMalformed("no class or function") { try open(beside(Array("})R".utf8))) }
  }

  // MARK: - Bounds

  @Test func everyTruncationIsAnError() throws {
    let pickle = PickleBuilder.weight { $0.tensor("0", count: 3, shape: [3], strides: [1]) }
    #expect(try open(pickle).tensors.count == 1)
    for count in 0..<pickle.count {
      expectMalformed("its pickle", "\(count) bytes") { try open(Array(pickle[..<count])) }
    }
    expectMalformed("bytes behind its end") { try open(pickle + [0x2E]) }
  }

  @Test func everyOpcodeIsAnErrorOrPlainWhereverItStands() {
    let tails: [[UInt8]] = [[], [0x2E], [UInt8](repeating: 0xFF, count: 8) + [0x2E]]
    let starts = ["", "(", "]", "})", "N", "(NN", "X\u{1}\0\0\0x"].map { Array($0.utf8) }
    for opcode in UInt8.min...UInt8.max {
      for start in starts {
        for tail in tails {
          guard let end = try? PickleMachine.run([0x80, 4] + start + [opcode] + tail) else {
            continue
          }
          #expect(end.heap.tensors.isEmpty && end.heap.storages.isEmpty)
        }
      }
    }
  }

  @Test func claimsAreNotBelieved() {
    expectMalformed("cut short") { try open(beside([0x8D] + little(UInt64.max))) }
    expectMalformed("cut short") { try open(beside([0x8E] + little(UInt64(1) << 62))) }
    expectMalformed("cut short") { try open(beside(Array("X".utf8) + little(UInt32.max))) }
    expectMalformed("cut short") { try open(beside([0x8B] + little(Int32(-1)))) }
    expectMalformed("frame") { try open([0x80, 4, 0x95] + little(UInt64.max) + [0x2E]) }
    expectMalformed("protocol other than") { try open([0x80, 6, 0x2E]) }
    expectMalformed("never stored") { try open(beside(Array("j".utf8) + little(UInt32.max))) }
  }

  @Test func namesAreUTF8() throws {
    let latin: [UInt8] = [2, 0, 0, 0, 0xE9, 0x78]
    expectMalformed("not UTF-8") { try open(beside(Array("X".utf8) + latin)) }
    expectMalformed("not UTF-8") { try open(beside([0x8C, 1, 0xFF])) }
    // Python 2 made no difference between text and bytes.
    #expect(try open(beside(Array("T".utf8) + latin)).tensors.count == 1)
    var python2 = PickleBuilder()
    python2.bytes += Array("}U\u{1}w".utf8)
    python2.tensor("0", count: 3, shape: [3], strides: [1])
    python2.bytes += Array("s.".utf8)
    #expect(try open(python2.bytes).tensors["w"]?.shape == [3])
  }

  @Test func nestingAndCyclesAreHarmless() throws {
    // Lists, each within the one before: deep enough for a stack to overflow.
    let deep = [UInt8](repeating: UInt8(ascii: "]"), count: 200_000)
    let closed = [UInt8](repeating: UInt8(ascii: "a"), count: 199_999)
    #expect(try open(beside(deep + closed)).tensors.count == 1)
    // A list and a dictionary that hold themselves.
    #expect(try open(beside(Array("]q\u{1}h\u{1}a".utf8))).tensors.count == 1)
    #expect(try open(beside(Array("}q\u{1}X\u{1}\0\0\0xh\u{1}s".utf8))).tensors.count == 1)
  }

  @Test func valuesAreCounted() {
    for opcode in [UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: "N")] {
      let many = [UInt8](repeating: opcode, count: 1_100_000)
      expectMalformed("more than 1048576 values") { try open(beside(many)) }
    }
  }

  @Test func theStackKeepsToItsMarks() {
    expectMalformed("empty stack") { try open([0x80, 2, 0x2E]) }
    expectMalformed("empty stack") { try open(Array("N(.".utf8)) }
    expectMalformed("empty stack") { try open(Array("N(2.".utf8)) }
    expectMalformed("empty stack") { try open([0x80, 2] + Array("N(".utf8) + [0x85, 0x2E]) }
    expectMalformed("lacks a mark") { try open(Array("t.".utf8)) }
    expectMalformed("key without a value") { try open(Array("}(Nu.".utf8)) }
    expectMalformed("no list") { try open(Array(")Na.".utf8)) }
    expectMalformed("no dictionary") { try open(Array("]NNs.".utf8)) }
  }
}
