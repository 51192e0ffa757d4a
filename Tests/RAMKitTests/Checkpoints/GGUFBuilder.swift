/// Builds GGUF files byte by byte, honest or lying.
struct GGUFBuilder {
  struct Tensor {
    var name: String
    /// Innermost first, as in the file.
    var dimensions: [UInt64]
    var type: UInt32
    var offset: UInt64
  }

  var version: UInt32 = 3
  var metadata: [(key: String, value: [UInt8])] = []
  var tensors: [Tensor] = []
  var data: [UInt8] = []
  var alignment = 32
  /// What the header claims, where it lies.
  var tensorCount: UInt64?
  var metadataCount: UInt64?

  static func string(_ text: String) -> [UInt8] {
    little(UInt64(text.utf8.count)) + Array(text.utf8)
  }

  /// A value of the numbered type.
  static func value(_ type: UInt32, _ bytes: [UInt8]) -> [UInt8] { little(type) + bytes }

  static func text(_ text: String) -> [UInt8] { value(8, string(text)) }

  static func integer(_ number: UInt32) -> [UInt8] { value(4, little(number)) }

  /// An array of the numbered type.
  static func array(_ type: UInt32, count: Int, _ elements: [UInt8]) -> [UInt8] {
    value(9, little(type) + little(UInt64(count)) + elements)
  }

  static func texts(_ texts: [String]) -> [UInt8] {
    array(8, count: texts.count, texts.flatMap(string))
  }

  static func numbers(_ numbers: [Float]) -> [UInt8] {
    array(6, count: numbers.count, numbers.flatMap { little($0.bitPattern) })
  }

  static func integers(_ numbers: [Int32]) -> [UInt8] {
    array(5, count: numbers.count, numbers.flatMap { little($0) })
  }

  /// Appends a float32 tensor and its bytes.
  mutating func add(_ name: String, _ dimensions: [UInt64], _ values: [Float]) {
    tensors.append(
      Tensor(name: name, dimensions: dimensions, type: 0, offset: UInt64(data.count)))
    data += values.flatMap { little($0.bitPattern) }
    data += [UInt8](repeating: 0, count: (alignment - data.count % alignment) % alignment)
  }

  /// Everything in front of the data.
  var header: [UInt8] {
    var bytes = Array("GGUF".utf8) + little(version)
    bytes += little(tensorCount ?? UInt64(tensors.count))
    bytes += little(metadataCount ?? UInt64(metadata.count))
    for (key, value) in metadata { bytes += Self.string(key) + value }
    for tensor in tensors {
      bytes += Self.string(tensor.name) + little(UInt32(tensor.dimensions.count))
      bytes += tensor.dimensions.flatMap { little($0) } + little(tensor.type)
      bytes += little(tensor.offset)
    }
    return bytes
  }

  func build() -> [UInt8] {
    let header = header
    let padding = (alignment - header.count % alignment) % alignment
    return header + [UInt8](repeating: 0, count: padding) + data
  }
}
