/// Reads the header of a safetensors file, with the checks of the format's reference implementation
/// (huggingface/safetensors): the tensors cover the data without holes, overlaps or a rest.
///
/// Stricter than the reference in two places: no name or field may come twice, and a tensor has no
/// fields but the three that the format defines.
struct SafetensorsReader {
  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [String: CheckpointTensor] = [:]

  /// The reference implementation's bound on the header, in bytes.
  static let maximumHeaderSize = 100_000_000

  init(_ file: MappedFile) throws(CheckpointDefect) {
    guard let claimed = file.integer(at: 0, as: UInt64.self) else {
      throw CheckpointDefect("\(file.size) bytes are no safetensors file")
    }
    guard claimed <= Self.maximumHeaderSize else {
      throw CheckpointDefect(
        "its header claims \(claimed) bytes, more than \(Self.maximumHeaderSize)")
    }
    let dataStart = 8 + Int(claimed)
    guard let header = file.copy(8..<max(8, dataStart)) else {
      throw CheckpointDefect(
        "its header claims \(claimed) bytes, but the file ends after \(file.size)")
    }
    let entries = try parse(header)
    try place(entries, from: dataStart, to: file.size)
  }

  // MARK: - Header

  /// A tensor as the header describes it; `offsets` count from the start of the data.
  private struct Entry {
    var name: String
    var elementType: ElementType
    var shape: [Int]
    var offsets: Range<Int>
  }

  private mutating func parse(_ header: [UInt8]) throws(CheckpointDefect) -> [Entry] {
    var scanner = try JSONScanner(header)
    var entries: [Entry] = []
    var names: Set<String> = []
    var metadata: [String: String] = [:]
    try scanner.object { (name, scanner) throws(CheckpointDefect) in
      guard names.insert(name).inserted else {
        throw CheckpointDefect("its header names \(quoted(name)) twice")
      }
      guard names.count <= CheckpointTensor.maximumCount else {
        throw CheckpointDefect(
          "its header names more than \(CheckpointTensor.maximumCount) tensors")
      }
      if name == "__metadata__" {
        metadata = try Self.metadata(&scanner)
      } else {
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.end()
    self.metadata = metadata
    return entries
  }

  private static func metadata(
    _ scanner: inout JSONScanner
  ) throws(CheckpointDefect) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { (key, scanner) throws(CheckpointDefect) in
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw CheckpointDefect("its metadata names \(quoted(key)) twice")
      }
      guard metadata.count <= CheckpointTensor.maximumCount else {
        throw CheckpointDefect(
          "its metadata has more than \(CheckpointTensor.maximumCount) entries")
      }
    }
    return metadata
  }

  private static func entry(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(CheckpointDefect) -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    do {
      try scanner.object { (field, scanner) throws(CheckpointDefect) in
        switch field {
        case "dtype" where typeName == nil: typeName = try scanner.string()
        case "shape" where shape == nil:
          shape = try scanner.integers(limit: CheckpointTensor.maximumRank)
        case "data_offsets" where offsets == nil: offsets = try scanner.integers(limit: 2)
        default: throw CheckpointDefect("a field \(quoted(field)) that is unknown or comes twice")
        }
      }
    } catch {
      throw CheckpointDefect("tensor \(quoted(name)): \(error.reason)")
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw CheckpointDefect("tensor \(quoted(name)) lacks its dtype, shape or two data_offsets")
    }
    guard let elementType = ElementType(safetensorsName: typeName) else {
      throw CheckpointDefect("tensor \(quoted(name)) has the unknown dtype \(quoted(typeName))")
    }
    guard offsets[0] <= offsets[1] else {
      throw CheckpointDefect("tensor \(quoted(name)) ends before it starts")
    }
    return Entry(
      name: name, elementType: elementType, shape: shape, offsets: offsets[0]..<offsets[1])
  }

  // MARK: - Data

  /// Checks that the tensors cover the data, one after the other, and places them in the file.
  private mutating func place(
    _ entries: [Entry], from start: Int, to end: Int
  ) throws(CheckpointDefect) {
    let sorted = entries.sorted {
      ($0.offsets.lowerBound, $0.offsets.upperBound, $0.name)
        < ($1.offsets.lowerBound, $1.offsets.upperBound, $1.name)
    }
    var covered = 0
    for entry in sorted {
      let name = quoted(entry.name)
      guard entry.offsets.lowerBound == covered else {
        let problem = entry.offsets.lowerBound < covered ? "overlaps" : "leaves a hole behind"
        throw CheckpointDefect("tensor \(name) \(problem) the tensor before it")
      }
      guard entry.offsets.upperBound <= end - start else {
        throw CheckpointDefect(
          "tensor \(name) ends at byte \(entry.offsets.upperBound) of \(end - start) bytes of data")
      }
      covered = entry.offsets.upperBound
      let size = CheckpointTensor.size(of: entry.shape, elementType: entry.elementType)
      guard let size, size.bytes == entry.offsets.count else {
        throw CheckpointDefect(
          "tensor \(name) of shape \(entry.shape) and type \(entry.elementType.safetensorsName) "
            + "does not fit its \(entry.offsets.count) bytes")
      }
      tensors[entry.name] = CheckpointTensor(
        name: entry.name, elementType: entry.elementType, shape: entry.shape,
        elementCount: size.elements, byteCount: size.bytes,
        storage: .mapped(start + entry.offsets.lowerBound..<start + entry.offsets.upperBound),
        strides: nil)
    }
    guard covered == end - start else {
      throw CheckpointDefect("\(end - start - covered) bytes at its end belong to no tensor")
    }
  }
}
