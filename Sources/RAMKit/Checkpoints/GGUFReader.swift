/// Reads the header of a GGUF file, ggml's format, of version 2 or 3 and little-endian.
///
/// Dimensions stand there innermost first; here they come outermost first, as everywhere else.
/// Tensors of types that RAMKit can't read are listed all the same.
struct GGUFReader {
  let metadata: GGUFMetadata
  private(set) var tensors: [String: CheckpointTensor] = [:]

  private static let maximumMetadataCount = 1 << 16

  init(_ file: MappedFile) throws(CheckpointDefect) {
    // Behind "GGUF".
    var cursor = GGUFCursor(file, at: 4)
    try Self.checkVersion(try cursor.integer(UInt32.self))
    // A tensor takes at least 24 bytes of the header: name's length, dimensions, type, offset.
    let tensorCount = try cursor.count(of: "tensors", bytes: 24)
    let metadataCount = try cursor.count(of: "metadata values", bytes: 13)
    guard tensorCount <= CheckpointTensor.maximumCount, metadataCount <= Self.maximumMetadataCount
    else {
      throw CheckpointDefect(
        "its header claims \(tensorCount) tensors and \(metadataCount) metadata values; at most "
          + "\(CheckpointTensor.maximumCount) and \(Self.maximumMetadataCount) are read")
    }
    metadata = try GGUFMetadata(&cursor, count: metadataCount)
    if let parts = metadata.integer("split.count"), parts > 1 {
      throw CheckpointDefect("it is one of \(parts) parts of a model; merge them into one file")
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    for _ in 0..<tensorCount {
      let entry = try Entry(&cursor)
      guard names.insert(entry.name).inserted else {
        throw CheckpointDefect("its header names \(quoted(entry.name)) twice")
      }
      entries.append(entry)
    }
    try place(entries, behind: cursor.position, in: file)
  }

  private static func checkVersion(_ version: UInt32) throws(CheckpointDefect) {
    switch version {
    case 2, 3: return
    case 0x0200_0000, 0x0300_0000:
      throw CheckpointDefect("it is a big-endian GGUF file; only little-endian ones can be read")
    default:
      throw CheckpointDefect(
        "it is a GGUF file of version \(version); versions 2 and 3 can be read")
    }
  }

  // MARK: - Tensors

  /// A tensor as the header describes it; `offset` counts from the start of the data.
  private struct Entry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let offset: UInt64

    init(_ cursor: inout GGUFCursor) throws(CheckpointDefect) {
      cursor.subject = "its list of tensors"
      name = try cursor.string(limit: 1 << 16)
      cursor.subject = "tensor \(quoted(name))"
      let rank = try cursor.integer(UInt32.self)
      guard rank <= CheckpointTensor.maximumRank else {
        throw CheckpointDefect("\(cursor.subject) claims \(rank) dimensions")
      }
      var sizes: [Int] = []
      for _ in 0..<rank {
        guard let size = Int(exactly: try cursor.integer(UInt64.self)) else {
          throw CheckpointDefect("\(cursor.subject) has a size beyond 63 bits")
        }
        sizes.append(size)
      }
      shape = sizes.reversed()
      elementType = ElementType(ggmlNumber: try cursor.integer(UInt32.self))
      offset = try cursor.integer(UInt64.self)
    }
  }

  /// Checks that the tensors lie within the file, each aligned and none on another, and places them.
  private mutating func place(
    _ entries: [Entry], behind headerEnd: Int, in file: MappedFile
  ) throws(CheckpointDefect) {
    let alignment = metadata.integer("general.alignment") ?? 32
    guard (1...1 << 20).contains(alignment), alignment.nonzeroBitCount == 1 else {
      throw CheckpointDefect("its alignment \(alignment) is no power of two up to \(1 << 20)")
    }
    let start = (headerEnd + alignment - 1) / alignment * alignment
    var covered = start
    for entry in entries.sorted(by: { ($0.offset, $0.name) < ($1.offset, $1.name) }) {
      let name = quoted(entry.name)
      guard let offset = Int(exactly: entry.offset), offset <= max(0, file.size - start) else {
        throw CheckpointDefect(
          "tensor \(name) starts at byte \(entry.offset) of \(max(0, file.size - start)) bytes of "
            + "data")
      }
      guard offset % alignment == 0 else {
        throw CheckpointDefect(
          "tensor \(name) starts at byte \(offset), which is no multiple of \(alignment)")
      }
      let tensor = try tensor(entry, at: start + offset, in: file)
      // What a type that is unknown here takes is unknown, too.
      if tensor.elementType.isReadable, tensor.byteCount > 0 {
        guard start + offset >= covered else {
          throw CheckpointDefect("tensor \(name) overlaps the tensor before it")
        }
        covered = start + offset + tensor.byteCount
      }
      tensors[entry.name] = tensor
    }
  }

  private func tensor(
    _ entry: Entry, at position: Int, in file: MappedFile
  ) throws(CheckpointDefect) -> CheckpointTensor {
    guard let size = CheckpointTensor.size(of: entry.shape, elementType: entry.elementType) else {
      throw CheckpointDefect(
        "tensor \(quoted(entry.name)) of type \(entry.elementType.safetensorsName) can't have the "
          + "shape \(entry.shape)")
    }
    guard size.bytes <= max(0, file.size - position) else {
      throw CheckpointDefect(
        "tensor \(quoted(entry.name)) of \(size.bytes) bytes starts at byte \(position), but the "
          + "file ends after \(file.size)")
    }
    return CheckpointTensor(
      name: entry.name, elementType: entry.elementType, shape: entry.shape,
      elementCount: size.elements, byteCount: size.bytes,
      storage: .mapped(position..<position + size.bytes), strides: nil)
  }

  /// The tensors without the architecture and the dot that stand before their names.
  func tensorsUnderOfficialNames() throws(CheckpointDefect) -> [String: CheckpointTensor] {
    guard let architecture = metadata.text("general.architecture"), !architecture.isEmpty else {
      return tensors
    }
    let prefix = "\(architecture)."
    var renamed: [String: CheckpointTensor] = [:]
    for (name, tensor) in tensors {
      let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
      guard renamed.updateValue(tensor.renamed(short), forKey: short) == nil else {
        throw CheckpointDefect(
          "it holds both a tensor \(quoted(short)) and a tensor \(quoted(prefix + short))")
      }
    }
    return renamed
  }
}

extension ElementType {
  /// The type behind a number of ggml's list, under the name that it has there.
  init(ggmlNumber number: UInt32) {
    switch number {
    case 0: self = .float32
    case 1: self = .float16
    case 8: self = .q8_0
    case 24: self = .int8
    case 25: self = .int16
    case 26: self = .int32
    case 27: self = .int64
    case 28: self = .float64
    case 30: self = .bfloat16
    default:
      self = .unsupported(name: Self.ggmlNames[number] ?? "ggml type \(number)", bits: 0)
    }
  }

  /// Quantised types that RAMKit does not read.
  private static let ggmlNames: [UInt32: String] = [
    2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K",
    13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
    20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0",
    39: "MXFP4",
  ]
}
