/// An archive as `torch.save` writes it, around a pickle.
enum PickleArchive {
  static func bytes(pickle: UnsafeRawBufferPointer) -> [UInt8] {
    var archive = StoredZip()
    archive.add("m/data.pkl", pickle)
    for key in 0..<8 {
      archive.add("m/data/\(key)", [UInt8](repeating: UInt8(key), count: 4 << key))
    }
    return archive.finished()
  }
}

/// A zip file of entries that are stored as they are.
struct StoredZip {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count: UInt16 = 0

  mutating func add(_ name: String, _ content: some Collection<UInt8>) {
    let sizes = little(UInt32(content.count)) + little(UInt32(content.count))
    let start = little(UInt32(bytes.count))
    let common = little(UInt16(20)) + little(UInt16(0x0800)) + [UInt8](repeating: 0, count: 10)
    let lengths = little(UInt16(name.utf8.count)) + [0, 0]
    directory += little(UInt32(0x0201_4B50)) + little(UInt16(20)) + common + sizes + lengths
    directory += [UInt8](repeating: 0, count: 10) + start + Array(name.utf8)
    bytes += little(UInt32(0x0403_4B50)) + common + sizes + lengths + Array(name.utf8)
    bytes += content
    count += 1
  }

  func finished() -> [UInt8] {
    let end =
      little(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + little(count) + little(count)
      + little(UInt32(directory.count)) + little(UInt32(bytes.count)) + [0, 0]
    return bytes + directory + end
  }
}

/// A GGUF file without a byte of data, from lines of names and sizes.
enum ShapeList {
  /// A type of the format that RAMKit lists and does not read.
  private static let unreadableType: UInt32 = 2

  static func gguf(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var (metadata, tensors): ([UInt8], [UInt8]) = ([], [])
    var (metadataCount, tensorCount): (UInt64, UInt64) = (0, 0)
    for line in text.split(separator: 0x0A).prefix(4096) {
      let words = line.split(separator: 0x20, maxSplits: 64).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard let name = words.first else { continue }
      if name.hasPrefix("=") {
        metadata +=
          string(String(name.dropFirst())) + value(words.dropFirst().joined(separator: " "))
        metadataCount += 1
      } else {
        let sizes = words.dropFirst().map { UInt64($0) ?? 0 }
        tensors += string(name) + little(UInt32(sizes.count))
        // They stand innermost first in a file.
        tensors += sizes.reversed().flatMap { little($0) } + little(unreadableType)
        tensors += little(UInt64(0))
        tensorCount += 1
      }
    }
    let header =
      Array("GGUF".utf8) + little(UInt32(3)) + little(tensorCount) + little(metadataCount)
      + metadata + tensors
    return header + [UInt8](repeating: 0, count: (32 - header.count % 32) % 32)
  }

  private static func string(_ text: String) -> [UInt8] {
    little(UInt64(text.utf8.count)) + Array(text.utf8)
  }

  /// A whole number where it is one, else a text.
  private static func value(_ text: String) -> [UInt8] {
    if let number = Int64(text) { return little(UInt32(11)) + little(number) }
    return little(UInt32(8)) + string(text)
  }
}

/// The little-endian bytes of a number.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
