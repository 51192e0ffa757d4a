import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ExifOrientationTests {
  /// A record of two entries, the second of which is the orientation.
  private func record(_ value: UInt16, bigEndian: Bool = false, tag: UInt16 = 0x0112) -> [UInt8] {
    func bytes(_ values: [UInt16]) -> [UInt8] {
      values.flatMap { value in
        let pair = [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
        return bigEndian ? pair : pair.reversed()
      }
    }
    // Longs whose upper half is zero, in this record's byte order.
    func long(_ value: UInt16) -> [UInt16] { bigEndian ? [0, value] : [value, 0] }
    return Array((bigEndian ? "MM" : "II").utf8)
      + bytes([42] + long(8) + [2])
      + bytes([0x0100, 4] + long(1) + long(640))
      + bytes([tag, 3] + long(1) + [value, 0])
      + bytes(long(0))
  }

  private func orientation(_ record: [UInt8]) -> Int {
    record.withUnsafeBytes { ExifOrientation.inTIFF($0) }
  }

  @Test func bothByteOrdersAreRead() {
    for value in UInt16(0)...9 {
      let expected = (1...8).contains(value) ? Int(value) : 1
      #expect(orientation(record(value)) == expected)
      #expect(orientation(record(value, bigEndian: true)) == expected)
    }
    #expect(orientation(record(6, tag: 0x0113)) == 1)
  }

  @Test func aCutRecordIsUpright() {
    let whole = record(6)
    // The value's two bytes end at 32; what follows them is not needed.
    for length in 0..<32 { #expect(orientation(Array(whole.prefix(length))) == 1) }
    for length in 32...whole.count { #expect(orientation(Array(whole.prefix(length))) == 6) }
  }

  @Test func offsetsOutOfTheRecordAreNotFollowed() {
    for offset in [[UInt8](repeating: 255, count: 4), [0xFF, 0xFF, 0xFF, 0x7F], [38, 0, 0, 0]] {
      var bytes = record(6)
      bytes.replaceSubrange(4..<8, with: offset)
      #expect(orientation(bytes) == 1)
    }
    var bytes = record(6)
    bytes.replaceSubrange(8..<10, with: [0xFF, 0xFF])  // claims 65,535 entries
    #expect(orientation(bytes) == 6)
    bytes.replaceSubrange(22..<24, with: [0, 0])
    #expect(orientation(bytes) == 1)
  }

  /// Random bytes, and real files with random bytes in them, in all three containers.
  @Test func noiseIsSurvived() throws {
    var random = SeededGenerator(seed: 3)
    let files = try ["kinds/jpeg_exif6.jpg", "kinds/png_exif6_late.png", "kinds/webp_exif8.webp"]
      .map { try GoldenPhotos.bytes($0) }
    for round in 0..<3_000 {
      var bytes = files[round % 3]
      for _ in 0..<8 {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        bytes[at] = .random(in: 0...255, using: &random)
      }
      bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      bytes.withUnsafeBytes { bytes in
        for found in [
          ExifOrientation.inJPEG(bytes), ExifOrientation.inPNG(bytes),
          ExifOrientation.inWebP(bytes), ExifOrientation.inTIFF(bytes),
        ] {
          #expect((1...8).contains(found))
        }
      }
    }
  }

  @Test func aFileOfNothingButChunksEndsTheWalk() {
    let chunk: [UInt8] = [0, 0, 0, 0] + Array("teXt".utf8) + [0, 0, 0, 0]
    var bytes = [UInt8](repeating: 0, count: 8)
    for _ in 0..<300_000 { bytes += chunk }
    #expect(bytes.withUnsafeBytes { ExifOrientation.inPNG($0) } == 1)
  }
}
