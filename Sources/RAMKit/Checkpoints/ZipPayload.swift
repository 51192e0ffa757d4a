import CZlib

/// The bytes of a zip entry, as they lie in the file.
package struct ZipPayload: Sendable, Hashable {
  package let range: Range<Int>
  package let isDeflated: Bool
  package let uncompressedSize: Int

  /// Unpacks `packed`, the bytes of ``range``, and fills `output` with what lies at `offset` of the
  /// unpacked ones.
  ///
  /// Nothing is allocated for what comes before, and nothing behind is unpacked: a deflated bomb
  /// costs time in proportion to its size, and no memory. A stream that ends early is an error, and
  /// so is one that goes on where `output` reaches up to the end that the entry claims.
  func inflate(
    _ packed: UnsafeRawBufferPointer, offset: Int, into output: UnsafeMutableRawBufferPointer
  ) throws(CheckpointDefect) {
    var inflater = try Inflater(packed)
    defer { inflater.end() }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { scratch.deallocate() }
    var skipped = 0
    while skipped < offset {
      let count = min(scratch.count, offset - skipped)
      try inflater.fill(UnsafeMutableRawBufferPointer(rebasing: scratch[..<count]))
      skipped += count
    }
    try inflater.fill(output)
    if offset + output.count == uncompressedSize { try inflater.expectEnd(scratch) }
  }
}

/// A raw deflate stream (RFC 1951) over bytes in memory. `end` must be called.
private struct Inflater {
  /// On the heap, because zlib keeps the address that it was given first.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: UnsafeRawBufferPointer

  init(_ input: UnsafeRawBufferPointer) throws(CheckpointDefect) {
    self.input = input
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, -15, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw CheckpointDefect("zlib could not start (status \(status))")
    }
  }

  func end() {
    inflateEnd(stream)
    stream.deallocate()
  }

  mutating func fill(_ output: UnsafeMutableRawBufferPointer) throws(CheckpointDefect) {
    var done = 0
    while done < output.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: output[done...])
      let (count, ended) = try step(rest)
      done += count
      guard !ended || done == output.count else {
        throw CheckpointDefect("its deflated bytes end early")
      }
    }
  }

  /// Makes sure that the stream has nothing more to say.
  mutating func expectEnd(_ scratch: UnsafeMutableRawBufferPointer) throws(CheckpointDefect) {
    let (count, ended) = try step(scratch)
    guard count == 0, ended else {
      throw CheckpointDefect("its deflated bytes go on behind the size that it claims")
    }
  }

  /// Unpacks some bytes; `ended` tells that the stream is over.
  private mutating func step(
    _ output: UnsafeMutableRawBufferPointer
  ) throws(CheckpointDefect) -> (count: Int, ended: Bool) {
    // zlib counts in 32 bits.
    let given = min(input.count, 1 << 30)
    let wanted = min(output.count, 1 << 30)
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.pointee.avail_in = uInt(given)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = uInt(wanted)
    let status = CZlib.inflate(stream, Z_NO_FLUSH)
    let taken = given - Int(stream.pointee.avail_in)
    let made = wanted - Int(stream.pointee.avail_out)
    input = UnsafeRawBufferPointer(rebasing: input[taken...])
    switch status {
    case Z_STREAM_END: return (made, true)
    case Z_OK where taken + made > 0: return (made, false)
    default: throw CheckpointDefect("its deflated bytes are damaged (zlib status \(status))")
    }
  }
}
