/// The named values in front of a GGUF file's tensors.
///
/// Single values are kept; of arrays only their place is, and they are read when they are asked for:
/// a language model's vocabulary takes no memory here.
package struct GGUFMetadata: Sendable {
  /// The types of the format, by their numbers in a file.
  enum ValueType: UInt32, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64
    case float64

    /// Bytes that a value takes; nil for strings and arrays.
    var byteCount: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      case .string, .array: nil
      }
    }
  }

  private enum Value: Sendable {
    case integer(Int)
    case number(Double)
    case text(String)
    case array(of: ValueType, count: Int, position: Int)
  }

  private var values: [String: Value] = [:]
  private let file: MappedFile

  /// Strings that all arrays of a file may hold, passed over one by one: four times the largest
  /// vocabularies with their merges.
  private static let maximumStrings = 1 << 22
  private static let maximumTextBytes = 1 << 20

  /// Reads `count` names and values at `cursor`.
  init(_ cursor: inout GGUFCursor, count: Int) throws(CheckpointDefect) {
    file = cursor.file
    var strings = 0
    for _ in 0..<count {
      cursor.subject = "its metadata"
      let key = try cursor.string(limit: 1 << 16)
      cursor.subject = "its metadata \(quoted(key))"
      guard values[key] == nil else {
        throw CheckpointDefect("its metadata names \(quoted(key)) twice")
      }
      values[key] = try Self.value(&cursor, strings: &strings)
    }
  }

  // MARK: - Values

  /// A whole number; nil where there is none of that name.
  package func integer(_ key: String) -> Int? {
    if case .integer(let value)? = values[key] { value } else { nil }
  }

  /// A text; nil where there is none of that name.
  package func text(_ key: String) -> String? {
    if case .text(let value)? = values[key] { value } else { nil }
  }

  /// The texts of an array; nil where there is nothing of that name.
  package func texts(_ key: String, limit: Int) throws(CheckpointDefect) -> [String]? {
    try elements(key, limit: limit) { (cursor, type) throws(CheckpointDefect) in
      type == .string ? try cursor.string(limit: Self.maximumTextBytes) : nil
    }
  }

  /// The numbers of an array, as floats; nil where there is nothing of that name.
  package func numbers(_ key: String, limit: Int) throws(CheckpointDefect) -> [Float]? {
    try elements(key, limit: limit) { (cursor, type) throws(CheckpointDefect) in
      switch try Self.scalar(&cursor, type) {
      case .number(let value)?: Float(value)
      case .integer(let value)?: Float(value)
      default: nil
      }
    }
  }

  /// The whole numbers of an array; nil where there is nothing of that name.
  package func integers(_ key: String, limit: Int) throws(CheckpointDefect) -> [Int]? {
    try elements(key, limit: limit) { (cursor, type) throws(CheckpointDefect) in
      if case .integer(let value)? = try Self.scalar(&cursor, type) { value } else { nil }
    }
  }

  private func elements<Element>(
    _ key: String, limit: Int,
    _ read: (inout GGUFCursor, ValueType) throws(CheckpointDefect) -> Element?
  ) throws(CheckpointDefect) -> [Element]? {
    guard let value = values[key] else { return nil }
    guard case .array(let type, let count, let position) = value, count <= limit else {
      throw CheckpointDefect("its metadata \(quoted(key)) is no array of at most \(limit) values")
    }
    var cursor = GGUFCursor(file, at: position)
    cursor.subject = "its metadata \(quoted(key))"
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count {
      guard let element = try read(&cursor, type) else {
        throw CheckpointDefect("its metadata \(quoted(key)) holds values of the type \(type)")
      }
      elements.append(element)
    }
    return elements
  }

  /// All single values as text, and of arrays how many values they have.
  var singleValues: [String: String] {
    values.mapValues { value in
      switch value {
      case .integer(let value): "\(value)"
      case .number(let value): "\(value)"
      case .text(let value): value
      case .array(let type, let count, _): "\(count) values (\(type))"
      }
    }
  }

  // MARK: - Reading

  private static func value(
    _ cursor: inout GGUFCursor, strings: inout Int
  ) throws(CheckpointDefect) -> Value {
    let type = try valueType(&cursor)
    guard type == .array else {
      if let value = try scalar(&cursor, type) { return value }
      return .text(try cursor.string(limit: maximumTextBytes))
    }
    let elementType = try valueType(&cursor)
    // A string takes 8 bytes for its length alone.
    let count = try cursor.count(of: "values", bytes: elementType.byteCount ?? 8)
    let position = cursor.position
    switch elementType {
    case .array: throw CheckpointDefect("\(cursor.subject) is an array of arrays")
    case .string:
      strings += count
      guard strings <= maximumStrings else {
        throw CheckpointDefect("its metadata holds more than \(maximumStrings) texts")
      }
      for _ in 0..<count { try cursor.skipString() }
    default: try cursor.skip(count * (elementType.byteCount ?? 0))
    }
    return .array(of: elementType, count: count, position: position)
  }

  private static func valueType(
    _ cursor: inout GGUFCursor
  ) throws(CheckpointDefect) -> ValueType {
    let number = try cursor.integer(UInt32.self)
    guard let type = ValueType(rawValue: number) else {
      throw CheckpointDefect("\(cursor.subject) has the unknown type \(number)")
    }
    return type
  }

  /// A number or a truth value (1 or 0); nil, and nothing read, for other types.
  private static func scalar(
    _ cursor: inout GGUFCursor, _ type: ValueType
  ) throws(CheckpointDefect) -> Value? {
    switch type {
    case .uint8, .bool: .integer(Int(try cursor.integer(UInt8.self)))
    case .int8: .integer(Int(try cursor.integer(Int8.self)))
    case .uint16: .integer(Int(try cursor.integer(UInt16.self)))
    case .int16: .integer(Int(try cursor.integer(Int16.self)))
    case .uint32: .integer(Int(try cursor.integer(UInt32.self)))
    case .int32: .integer(Int(try cursor.integer(Int32.self)))
    case .uint64: .integer(Int(clamping: try cursor.integer(UInt64.self)))
    case .int64: .integer(Int(try cursor.integer(Int64.self)))
    case .float32: .number(Double(Float(bitPattern: try cursor.integer(UInt32.self))))
    case .float64: .number(Double(bitPattern: try cursor.integer(UInt64.self)))
    case .string, .array: nil
    }
  }
}
