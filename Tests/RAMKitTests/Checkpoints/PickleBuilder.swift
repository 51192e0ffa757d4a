/// Builds pickles opcode by opcode, and archives of them as `torch.save` does.
struct PickleBuilder {
  var bytes: [UInt8] = [0x80, 2]

  mutating func op(_ opcode: Character) { bytes.append(opcode.asciiValue ?? 0) }

  mutating func string(_ text: String) {
    bytes += Array("X".utf8) + little(UInt32(text.utf8.count)) + Array(text.utf8)
  }

  mutating func integer(_ value: Int) { bytes += [0x8A, 8] + little(Int64(value)) }

  mutating func global(_ module: String, _ name: String) {
    bytes += Array("c\(module)\n\(name)\n".utf8)
  }

  mutating func tuple(_ values: [Int]) {
    op("(")
    values.forEach { integer($0) }
    op("t")
  }

  /// The storage `key`, as a persistent id.
  mutating func storage(_ key: String, count: Int, type: String = "FloatStorage") {
    op("(")
    string("storage")
    global("torch", type)
    string(key)
    string("cpu")
    integer(count)
    op("t")
    op("Q")
  }

  mutating func tensor(
    _ key: String, count: Int, offset: Int = 0, shape: [Int], strides: [Int],
    type: String = "FloatStorage"
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    op("(")
    storage(key, count: count, type: type)
    integer(offset)
    tuple(shape)
    tuple(strides)
    bytes.append(0x89)
    op("N")
    op("t")
    op("R")
  }

  /// A pickle of `{"weight": <what body builds>}`.
  static func weight(_ body: (inout PickleBuilder) -> Void) -> [UInt8] {
    var pickle = PickleBuilder()
    pickle.op("}")
    pickle.string("weight")
    body(&pickle)
    pickle.op("s")
    pickle.op(".")
    return pickle.bytes
  }
}

/// The entries of a file that `torch.save` could have written.
func torchEntries(_ pickle: [UInt8], storages: [String: [UInt8]] = [:]) -> [ZipBuilder.Entry] {
  [ZipBuilder.Entry("m/data.pkl", pickle), ZipBuilder.Entry("m/byteorder", Array("little".utf8))]
    + storages.sorted { $0.key < $1.key }.map { ZipBuilder.Entry("m/data/\($0.key)", $0.value) }
}

/// The bytes of float32 numbers.
func floats(_ values: Float...) -> [UInt8] { values.flatMap { little($0.bitPattern) } }
