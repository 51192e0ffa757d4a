import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Files that are broken, lie, or are none: each is an error of the right kind, and nothing worse.
@Suite struct HostileImageTests {
  private enum Outcome: Equatable { case image, unreadable, tooLarge, other }

  private func outcome(
    _ bytes: [UInt8], _ preparation: ImagePreparation = .natural, limits: ImageLimits = .default
  ) -> Outcome {
    do {
      _ = try GoldenPhotos.decode(bytes, preparation, limits: limits)
      return .image
    } catch {
      switch error {
      case .unreadableImage(name: "test", let reason): return reason.isEmpty ? .other : .unreadable
      case .imageTooLarge(name: "test", let reason): return reason.isEmpty ? .other : .tooLarge
      default: return .other
      }
    }
  }

  private func bigEndian(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func littleEndian(_ value: Int, _ width: Int) -> [UInt8] {
    bigEndian(value, width).reversed()
  }

  private func png(width: Int, height: Int) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + bigEndian(13, 4) + Array("IHDR".utf8)
      + bigEndian(width, 4) + bigEndian(height, 4) + [8, 2, 0, 0, 0] + [0, 0, 0, 0]
  }

  private func bmp(width: Int, height: Int, bits: Int = 24) -> [UInt8] {
    Array("BM".utf8) + littleEndian(0, 8) + littleEndian(54, 4) + littleEndian(40, 4)
      + littleEndian(width, 4) + littleEndian(height, 4) + littleEndian(1, 2)
      + littleEndian(bits, 2) + littleEndian(0, 24)
  }

  @Test func whatIsNoPhotoIsUnreadable() {
    #expect(outcome([]) == .unreadable)
    #expect(outcome([0xFF]) == .unreadable)
    #expect(outcome(Array("<html>404 Not Found</html>".utf8)) == .unreadable)
    #expect(outcome([UInt8](repeating: 0, count: 10_000)) == .unreadable)
    #expect(outcome(Array("....ftypmp42....isom".utf8)) == .unreadable)
  }

  @Test func onlyTheFirstBytesOfAKindAreUnreadable() {
    for start: [UInt8] in [
      [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
      Array("RIFF\0\0\0\0WEBP".utf8), Array("GIF89a".utf8), Array("GIF87a".utf8),
      Array("BM".utf8), [0, 0, 0, 24] + Array("ftypavif\0\0\0\0avifmif1".utf8),
      [0, 0, 0, 16] + Array("ftypheic\0\0\0\0".utf8),
    ] {
      #expect(outcome(start) == .unreadable)
      #expect(outcome(start + [UInt8](repeating: 0, count: 500)) == .unreadable)
      #expect(outcome(start + [UInt8](repeating: 0xFF, count: 500)) == .unreadable)
    }
  }

  @Test func hugeSizesAreRefusedByTheHeader() throws {
    #expect(outcome(png(width: 60_000, height: 60_000)) == .tooLarge)
    #expect(outcome(png(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF)) == .tooLarge)
    #expect(outcome(bmp(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF)) == .tooLarge)
    let gif = Array("GIF89a".utf8) + littleEndian(65_535, 2) + littleEndian(65_535, 2) + [0, 0, 0]
    let frame =
      Array(",".utf8) + [UInt8](repeating: 0, count: 4) + littleEndian(1, 2)
      + littleEndian(1, 2) + [0, 2, 2, 0x44, 0x01, 0, 0x3B]
    #expect(outcome(gif + frame) == .tooLarge)
    var jpeg = try GoldenPhotos.bytes("kinds/jpeg_444.jpg")
    let frameHeader = try #require(
      (0..<jpeg.count - 1).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frameHeader + 5..<frameHeader + 9, with: bigEndian(0xEA60_EA60, 4))
    #expect(outcome(jpeg) == .tooLarge)
    jpeg.replaceSubrange(frameHeader + 5..<frameHeader + 9, with: bigEndian(0xFFFF_FFFF, 4))
    #expect(outcome(jpeg) == .tooLarge)
  }

  /// Claims that pass the limits, with next to nothing behind them.
  @Test func largeSizesWithoutPixelsAreUnreadable() {
    #expect(outcome(png(width: 13_000, height: 13_000)) == .unreadable)
    #expect(outcome(bmp(width: 13_000, height: 13_000)) == .unreadable)
    #expect(outcome(bmp(width: 1, height: 178_000_000, bits: 1)) == .unreadable)
    #expect(outcome(png(width: 0, height: 10)) == .unreadable)
    #expect(outcome(bmp(width: 10, height: 0)) == .unreadable)
    #expect(outcome(bmp(width: 10, height: 10, bits: 7)) == .unreadable)
  }

  @Test func limitsAreExact() throws {
    let bytes = try GoldenPhotos.bytes("kinds/jpeg_exif6.jpg")  // 37 x 29
    let pixels = 37 * 29
    for (maximumPixels, maximumBytes, expected) in [
      (pixels, bytes.count, Outcome.image), (pixels - 1, bytes.count, .tooLarge),
      (pixels, bytes.count - 1, .tooLarge), (0, .max, .tooLarge), (.max, 0, .tooLarge),
    ] {
      let limits = ImageLimits(maximumPixels: maximumPixels, maximumBytes: maximumBytes)
      #expect(outcome(bytes, limits: limits) == expected)
    }
    let url = try GoldenPhotos.url("kinds/jpeg_exif6.jpg")
    #expect(throws: RAMKitError.self) {
      try ImageDecoder().decode(
        .file(url), preparation: .natural, limits: ImageLimits(maximumBytes: bytes.count - 1))
    }
  }

  /// Photos cut in the middle are errors, as they are to Pillow.
  @Test func aFileThatEndsEarlyIsUnreadable() throws {
    for file in try GoldenPhotos.kinds().keys.sorted() {
      let bytes = try GoldenPhotos.bytes("kinds/\(file)")
      for part in [0.3, 0.5, 0.8] {
        let cut = Array(bytes.prefix(Int(Double(bytes.count) * part)))
        #expect(outcome(cut) == .unreadable, "\(file), \(part) of it")
      }
    }
  }

  @Test func everyCutAndEveryFlippedByteIsSurvived() throws {
    var random = SeededGenerator(seed: 9)
    for file in try GoldenPhotos.kinds().keys.sorted() + ["avif_plain.avif"] {
      let bytes = try GoldenPhotos.bytes("kinds/\(file)")
      // Sizes that a flipped byte may ask for cost time here, and nothing else.
      let limits = ImageLimits(maximumPixels: 100_000)
      for round in 0..<24 {
        var broken = bytes
        if round % 4 == 0 {
          broken = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
        } else {
          for _ in 0..<round {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            broken[at] = .random(in: 0...255, using: &random)
          }
        }
        let preparation: ImagePreparation = round % 2 == 0 ? .natural : .official
        #expect(outcome(broken, preparation, limits: limits) != .other, "\(file), round \(round)")
      }
    }
  }

  /// Each scan of a progressive JPEG is a pass over the whole picture, whatever it costs to store.
  @Test func aJPEGOfThousandsOfScansIsRefused() throws {
    let bytes = try GoldenPhotos.bytes("kinds/jpeg_grey_progressive.jpg")
    let lastScan = try #require(
      (0..<bytes.count - 1).last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    let scan = bytes[lastScan..<bytes.count - 2]
    func photo(repeating count: Int) -> [UInt8] {
      Array(bytes[..<lastScan]) + Array(repeatElement(scan, count: count).joined()) + [0xFF, 0xD9]
    }
    #expect(outcome(photo(repeating: 20)) == .image)
    #expect(outcome(photo(repeating: 5_000)) == .unreadable)
  }

  @Test func filesThatCantBeReadAreToldApart() throws {
    let folder = try TemporaryFolder()
    let fifo = folder.file("fifo.jpg").path
    #expect(mkfifo(fifo, 0o600) == 0)
    try folder.write([], to: "empty.jpg")
    func error(_ path: String) -> RAMKitError? {
      do throws(RAMKitError) {
        _ = try ImageDecoder().decode(
          .file(URL(fileURLWithPath: path)), preparation: .natural, limits: .default)
        return nil
      } catch { return error }
    }
    let folderPath = folder.url.path
    #expect(error(fifo) == .notARegularFile(path: fifo))
    #expect(error(folderPath)?.code == "notARegularFile")
    #expect(error(folderPath + "/none.jpg") == .fileNotFound(path: folderPath + "/none.jpg"))
    #expect(error(folderPath + "/empty.jpg")?.code == "unreadableImage")
  }

  @Test func theExtensionDoesNotMatter() throws {
    let folder = try TemporaryFolder()
    let url = try folder.write(GoldenPhotos.bytes("photos/astronaut.webp"), to: "photo.jpg")
    let image = try ImageDecoder().decode(.file(url), preparation: .official, limits: .default)
    #expect(image == (try GoldenPhotos.decode("photos/astronaut.webp")))
  }
}
