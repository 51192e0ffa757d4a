#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Reads bytes one after the other and never past their end.
struct ByteCursor {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  /// The next byte without taking it; nil at the end.
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next `count` bytes; nil where fewer are left.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= remaining else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A little-endian number of `count` bytes, at most 8.
  mutating func unsigned(_ count: Int) -> UInt64? {
    take(count)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The bytes up to the next `terminator`, which is taken too; nil where there is none.
  mutating func take(through terminator: UInt8) -> ArraySlice<UInt8>? {
    guard let count = bytes[position...].distance(to: terminator), let taken = take(count) else {
      return nil
    }
    position += 1
    return taken
  }

  /// Passes over what JSON counts as white space.
  mutating func skipSpace() {
    position = bytes.withUnsafeBufferPointer { bytes in
      var end = position
      while end < bytes.count {
        let byte = bytes[end]
        guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
        end += 1
      }
      return end
    }
  }
}

extension ArraySlice<UInt8> {
  /// How many bytes precede the first one that is `byte`; nil where none is. In C, because a loop
  /// in an unoptimised build takes a minute for a header of 100 MB.
  func distance(to byte: UInt8) -> Int? {
    withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return nil }
      return memchr(start, CInt(byte), buffer.count).map { UnsafeRawPointer($0) - start }
    }
  }
}

extension MappedFile {
  /// A little-endian number at `offset`; nil where it does not lie within the file.
  func integer<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T? {
    guard offset >= 0, offset <= size, size - offset >= MemoryLayout<T>.size else { return nil }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// A copy of the bytes in `range`; nil where they do not lie within the file.
  func copy(_ range: Range<Int>) -> [UInt8]? {
    guard range.lowerBound >= 0, range.upperBound <= size else { return nil }
    return [UInt8](UnsafeRawBufferPointer(rebasing: bytes[range]))
  }
}
