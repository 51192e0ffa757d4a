import RAMKit
import Testing

@Suite struct PyTorchArchiveTests {
  let folder: CheckpointFolder

  init() throws { folder = try CheckpointFolder() }

  /// Opens a file with one tensor over a storage of six numbers.
  private func open(
    count: Int = 6, offset: Int = 0, shape: [Int], strides: [Int], type: String = "FloatStorage"
  ) throws -> Checkpoint {
    let pickle = PickleBuilder.weight {
      $0.tensor("0", count: count, offset: offset, shape: shape, strides: strides, type: type)
    }
    return try folder.open(torchEntries(pickle, storages: ["0": floats(0, 1, 2, 3, 4, 5)]))
  }

  @Test func viewsReachTheirElements() throws {
    let transposed = try open(shape: [3, 2], strides: [1, 3])
    #expect(try transposed.bytes(of: "weight") == floats(0, 3, 1, 4, 2, 5))
    let row = try open(offset: 3, shape: [1, 3], strides: [77, 1])
    #expect(try row.bytes(of: "weight") == floats(3, 4, 5))
    let repeated = try open(offset: 5, shape: [4], strides: [0])
    #expect(try repeated.bytes(of: "weight") == floats(5, 5, 5, 5))
    #expect(try open(offset: 6, shape: [0, 9], strides: [9, 1]).bytes(of: "weight").isEmpty)
    #expect(try open(offset: 5, shape: [], strides: []).bytes(of: "weight") == floats(5))
  }

  @Test func viewsStayWithinTheirStorage() {
    let beyond = "reaches beyond its storage"
    expectMalformed(beyond) { try open(shape: [7], strides: [1]) }
    expectMalformed(beyond) { try open(offset: 1, shape: [6], strides: [1]) }
    expectMalformed(beyond) { try open(shape: [2, 3], strides: [4, 1]) }
    expectMalformed(beyond) { try open(offset: -1, shape: [1], strides: [1]) }
    expectMalformed(beyond) { try open(offset: .max, shape: [2], strides: [1]) }
    expectMalformed(beyond) { try open(offset: 7, shape: [0], strides: [1]) }
    expectMalformed(beyond) { try open(shape: [2], strides: [.max - 1]) }
    for (shape, strides) in [
      ([-1], [1]), ([2], [-1]), ([.max, .max], [1, 1]), ([3], [.max]), ([2, 3], [.max, .max]),
      ([.max / 2], [1]),
    ] {
      expectMalformed("makes no sense") { try open(shape: shape, strides: strides) }
    }
    expectMalformed("no plain sizes") { try open(shape: [2], strides: [1, 1]) }
    let many = [Int](repeating: 1, count: 65)
    expectMalformed("no plain sizes") { try open(shape: many, strides: many) }
    expectMalformed("expands 24 bytes") { try open(shape: [1 << 40], strides: [0]) }
  }

  @Test func storagesAreAsBigAsTheySay() {
    expectMalformed("claims 7 elements") { try open(count: 7, shape: [1], strides: [1]) }
    expectMalformed("claims 5 elements") { try open(count: 5, shape: [1], strides: [1]) }
    expectMalformed("claims") { try open(count: .max, shape: [1], strides: [1]) }
    expectMalformed("no storage") { try open(count: -6, shape: [1], strides: [1]) }
    expectMalformed("claims 6 elements of 64 bits") {
      try open(shape: [1], strides: [1], type: "DoubleStorage")
    }
    expectMalformed("torch.OddStorage") {
      try open(shape: [1], strides: [1], type: "OddStorage")
    }
  }

  @Test func storagesAreDescribedOnce() {
    let pickle = PickleBuilder.weight { pickle in
      pickle.tensor("0", count: 2, shape: [2], strides: [1])
      pickle.op("s")
      pickle.string("again")
      pickle.tensor("0", count: 1, shape: [1], strides: [1], type: "DoubleStorage")
    }
    expectMalformed("described in two ways") {
      try folder.open(torchEntries(pickle, storages: ["0": floats(1, 2)]))
    }
  }

  @Test func missingRecordsAreNamed() {
    for key in ["1", "../0", "", "0/", "/0", "..\\0"] {
      let pickle = PickleBuilder.weight { $0.tensor(key, count: 1, shape: [1], strides: [1]) }
      expectMalformed("tensor 'weight': its storage '\(key)' is missing") {
        try folder.open(torchEntries(pickle, storages: ["0": floats(1)]))
      }
    }
    expectMalformed("none of torch.save") { try folder.open([ZipBuilder.Entry("a/b", [1])]) }
    expectMalformed("none of torch.save") { try folder.open([ZipBuilder.Entry]()) }
    let two = [ZipBuilder.Entry("a/data.pkl", [1]), ZipBuilder.Entry("b/data.pkl", [1])]
    expectMalformed("found 2 times") { try folder.open(two) }
  }

  @Test func bigEndianFilesAreRefused() {
    var entries = torchEntries(PickleBuilder.weight { $0.op("N") })
    entries[1] = ZipBuilder.Entry("m/byteorder", Array("big".utf8))
    expectMalformed("'big'") { try folder.open(entries) }
    entries[1] = ZipBuilder.Entry("m/byteorder", [UInt8](repeating: 0, count: 100))
    expectMalformed("more than 64") { try folder.open(entries) }
  }

  // MARK: - State dicts

  /// A pickle of a dictionary, `{key: {name: tensor}}` where there is a key.
  private func nested(_ key: String?, names: [String]) -> [UInt8] {
    var pickle = PickleBuilder()
    if let key {
      pickle.op("}")
      pickle.string(key)
    }
    pickle.op("}")
    for name in names {
      pickle.string(name)
      pickle.tensor("0", count: 1, shape: [1], strides: [1])
      pickle.op("s")
    }
    if key != nil { pickle.op("s") }
    pickle.op(".")
    return pickle.bytes
  }

  private func names(_ pickle: [UInt8]) throws -> [String] {
    let checkpoint = try folder.open(torchEntries(pickle, storages: ["0": floats(1)]))
    for (name, tensor) in checkpoint.tensors { #expect(tensor.name == name) }
    return checkpoint.tensors.keys.sorted()
  }

  @Test func theModelIsFound() throws {
    #expect(try names(nested(nil, names: ["a", "b"])) == ["a", "b"])
    #expect(try names(nested("model", names: ["a", "b"])) == ["a", "b"])
    #expect(try names(nested("state_dict", names: ["a"])) == ["a"])
    #expect(try names(nested(nil, names: ["model", "b"])) == ["b", "model"])
    expectMalformed("the keys 'optimizer'") { try names(nested("optimizer", names: ["a"])) }
    expectMalformed("the keys 'model'") { try names(nested("model", names: [])) }
    expectMalformed("no dictionary") { try names(Array("].".utf8)) }
  }

  @Test func aParallelPrefixGoesWhereAllHaveIt() throws {
    #expect(try names(nested("model", names: ["module.a", "module.b"])) == ["a", "b"])
    #expect(try names(nested(nil, names: ["module.a", "b"])) == ["b", "module.a"])
    #expect(try names(nested(nil, names: ["module."])) == ["module."])
  }
}
