/// What a checkpoint says the elements of a tensor are. All are little-endian.
package enum ElementType: Sendable, Hashable {
  case float64, float32, float16, bfloat16
  case int64, int32, int16, int8, uint8
  /// A byte each, 0 or 1.
  case bool
  /// ggml's blocks of 32: a float16 scale, and a signed byte an element.
  case q8_0
  /// A type that no model here uses, such as 8-bit floats: listed by its name in the file, not
  /// read.
  case unsupported(name: String, bits: Int)

  /// Elements that are stored together: one, but for types that share a scale among several.
  package var blockElements: Int { self == .q8_0 ? 32 : 1 }

  /// Bits that such a block takes.
  package var blockBits: Int {
    switch self {
    case .float64, .int64: 64
    case .float32, .int32: 32
    case .float16, .bfloat16, .int16: 16
    case .int8, .uint8, .bool: 8
    case .q8_0: 34 * 8
    case .unsupported(_, let bits): bits
    }
  }

  /// What the address of an element is a multiple of.
  var alignment: Int { self == .q8_0 ? 1 : max(1, blockBits / 8) }

  /// What people call it: "float32", "q8_0", or the name in the file for a type that is not read.
  package var name: String {
    if case .unsupported(let name, _) = self { name } else { "\(self)" }
  }

  /// Whether its numbers have less than float32's 24 bits.
  package var isNarrow: Bool {
    switch self {
    case .float64, .float32, .int64, .int32: false
    default: true
    }
  }

  /// Whether ``Checkpoint/withBytes(of:_:)`` hands out tensors of this type.
  package var isReadable: Bool {
    if case .unsupported = self { false } else { true }
  }
}

extension Precision {
  /// What weights of this precision are stored as.
  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}

// MARK: - Names

extension ElementType {
  /// The types of the safetensors format, in the order by which its reference writer sorts tensors
  /// (the last ones come first in the file), so that every tensor is aligned.
  static let safetensorsTypes: [(name: String, type: ElementType)] = [
    ("BOOL", .bool),
    unsupported("F4", 4), unsupported("F6_E2M3", 6), unsupported("F6_E3M2", 6),
    ("U8", .uint8), ("I8", .int8),
    unsupported("F8_E5M2", 8), unsupported("F8_E4M3", 8), unsupported("F8_E8M0", 8),
    unsupported("F8_E4M3FNUZ", 8), unsupported("F8_E5M2FNUZ", 8),
    ("I16", .int16), unsupported("U16", 16), ("F16", .float16), ("BF16", .bfloat16),
    ("I32", .int32), unsupported("U32", 32), ("F32", .float32),
    unsupported("C64", 64), ("F64", .float64), ("I64", .int64), unsupported("U64", 64),
  ]

  /// The type behind a `dtype` of a safetensors header; nil for one that the format lacks.
  package init?(safetensorsName name: String) {
    guard let match = Self.safetensorsTypes.first(where: { $0.name == name }) else { return nil }
    self = match.type
  }

  /// The name of a readable type in a safetensors header; others keep the name from their file.
  package var safetensorsName: String {
    if case .unsupported(let name, _) = self { return name }
    return Self.safetensorsTypes.first { $0.type == self }?.name ?? "\(self)"
  }

  private static func unsupported(_ name: String, _ bits: Int) -> (String, ElementType) {
    (name, .unsupported(name: name, bits: bits))
  }
}
