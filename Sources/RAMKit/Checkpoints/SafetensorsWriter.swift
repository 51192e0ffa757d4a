#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a safetensors file, tensor by tensor, whole or not at all.
///
/// The tensors are laid out as the format's reference writer does: by element type, those with the
/// largest elements first, then by name, behind a header padded to 8 bytes, so that every tensor is
/// aligned. Those that ask for more than that come before all others, behind a header padded to as much.
/// The same tensors and metadata give the same bytes.
package struct SafetensorsWriter {
  /// A tensor to be written.
  package struct Entry: Sendable, Hashable {
    package let name: String
    package let elementType: ElementType
    package let shape: [Int]
    /// What its place in the file is a multiple of, where its type asks for less; divides its bytes.
    package let alignment: Int

    package init(name: String, elementType: ElementType, shape: [Int], alignment: Int = 1) {
      self.name = name
      self.elementType = elementType
      self.shape = shape
      self.alignment = alignment
    }
  }

  /// Takes the next bytes of a tensor, little-endian in C order.
  package typealias Sink = (UnsafeRawBufferPointer) throws(RAMKitError) -> Void

  private let url: URL
  private let header: [UInt8]

  /// In the order of the file, with their sizes in bytes.
  private let entries: [(entry: Entry, byteCount: Int)]

  /// Lays out a file that is to have these tensors. Names must differ, and can't be `__metadata__`.
  package init(
    url: URL, entries: [Entry], metadata: [String: String] = [:]
  ) throws(RAMKitError) {
    let path = url.path(percentEncoded: false)
    var names: Set<String> = ["__metadata__"]
    var sized: [(entry: Entry, byteCount: Int)] = []
    var total = 0
    for entry in entries {
      let size = CheckpointTensor.size(of: entry.shape, elementType: entry.elementType)
      guard let size, entry.shape.count <= CheckpointTensor.maximumRank,
        ElementType(safetensorsName: entry.elementType.safetensorsName) == entry.elementType,
        size.bytes % entry.alignment == 0
      else {
        throw .unwritableFile(
          path: path, reason: "tensor \(quoted(entry.name)) has a type or shape that does not fit")
      }
      guard names.insert(entry.name).inserted else {
        throw .unwritableFile(path: path, reason: "two tensors are called \(quoted(entry.name))")
      }
      let sum = total.addingReportingOverflow(size.bytes)
      guard !sum.overflow else {
        throw .unwritableFile(path: path, reason: "its tensors have more bytes than a file can")
      }
      total = sum.partialValue
      sized.append((entry, size.bytes))
    }
    self.url = url
    self.entries = sized.sorted { Self.precedes($0.entry, $1.entry) }
    header = Self.header(self.entries, metadata: metadata)
    guard header.count - 8 <= SafetensorsReader.maximumHeaderSize,
      entries.count <= CheckpointTensor.maximumCount
    else { throw .unwritableFile(path: path, reason: "there are too many tensors or metadata") }
  }

  /// Writes the file. `bytes` is called for each tensor, in the order of the file, and hands the
  /// tensor's bytes to the sink, in as many pieces as it likes.
  ///
  /// They go to a temporary file in the same folder, which takes the name once all is on disk:
  /// whoever opens the file finds the old one or the new one, never a part. Nothing is left after
  /// an error. `temporaryFile` is told the temporary file's path, which is to be removed by whoever
  /// ends the process meanwhile; and nil when it is gone.
  package func write(
    temporaryFile: (String?) -> Void = { _ in }, bytes: (Entry, Sink) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    let path = url.path(percentEncoded: false)
    defer { temporaryFile(nil) }
    var file = try AtomicFile(replacing: url)
    temporaryFile(file.temporaryPath)
    try header.withUnsafeBufferPointer { (buffer) throws(RAMKitError) in
      try file.write(UnsafeRawBufferPointer(buffer))
    }
    for (entry, byteCount) in entries {
      var rest = byteCount
      try bytes(entry) { (buffer) throws(RAMKitError) in
        if rest >= buffer.count { try file.write(buffer) }
        rest -= buffer.count
      }
      guard rest == 0 else {
        throw .unwritableFile(
          path: path,
          reason: "tensor \(quoted(entry.name)) was given \(byteCount - rest) bytes in place of "
            + "\(byteCount)")
      }
    }
    try file.commit()
  }
}

// MARK: - Header

extension SafetensorsWriter {
  private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
    guard a.alignment == b.alignment else { return a.alignment > b.alignment }
    let (rankOfA, rankOfB) = (rank(a.elementType), rank(b.elementType))
    guard rankOfA == rankOfB else { return rankOfA > rankOfB }
    return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
  }

  private static func rank(_ type: ElementType) -> Int {
    ElementType.safetensorsTypes.firstIndex { $0.type == type } ?? 0
  }

  private static func header(
    _ entries: [(entry: Entry, byteCount: Int)], metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (entry, byteCount) in entries {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(json(entry.name)):{\"dtype\":\(json(entry.elementType.safetensorsName)),"
          + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(offset + byteCount)]}")
      offset += byteCount
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    // Behind its length, which takes 8 bytes.
    let unit = max(8, entries.first?.entry.alignment ?? 8)
    text += Array(repeating: UInt8(ascii: " "), count: (unit - (8 + text.count) % unit) % unit)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
  }

  /// A JSON string literal.
  private static func json(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\u{08}": literal += "\\b"
      case "\u{0C}": literal += "\\f"
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      case "\t": literal += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
