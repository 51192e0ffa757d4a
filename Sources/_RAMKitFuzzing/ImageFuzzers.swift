import CRAMImageCodecs
import Foundation
import RAMKit

extension Fuzzer {
  private static let kinds = "Images/kinds"

  /// Photos of each format, through the decoders of the package.
  static let images: [Fuzzer] = [
    image("jpeg", RAMK_PHOTO_JPEG, endings: [".jpg"]),
    image("png", RAMK_PHOTO_PNG, endings: [".png"], repair: Repair.png),
    image("webp", RAMK_PHOTO_WEBP, endings: [".webp"]),
    image("gif", RAMK_PHOTO_GIF, endings: [".gif"]),
    image("bmp", RAMK_PHOTO_BMP, endings: [".bmp"]),
    image("heif", RAMK_PHOTO_HEIF, endings: [".avif", ".heic"]),
  ]

  private static func image(
    _ name: String, _ format: ramk_photo_format, endings: [String],
    repair: (@Sendable (inout [UInt8]) -> Void)? = nil
  ) -> Fuzzer {
    let format = format.rawValue
    return Fuzzer(name, seeds: endings.map { Seeds(folder: kinds, suffix: $0) }, repair: repair) {
      (bytes) throws(Violation) in
      let start = bytes.bindMemory(to: UInt8.self).baseAddress
      guard bytes.count > 0, ramk_photo_sniff(start, bytes.count).rawValue == format
      else { return false }
      try ImageCheck.run(bytes)
      return true
    }
  }

  /// EXIF records, bare and in each kind of file, where the same has to be found.
  static let exif = Fuzzer(
    "exif",
    seeds: ["_exif1.jpg", "_exif6.png", "_exif3.webp"].map { Seeds(folder: kinds, suffix: $0) }
  ) { (bytes) throws(Violation) in
    let found = [
      ExifOrientation.inTIFF(bytes), ExifOrientation.inJPEG(bytes), ExifOrientation.inPNG(bytes),
      ExifOrientation.inWebP(bytes),
    ]
    for orientation in found {
      try require((1...8).contains(orientation), "\(orientation) is an orientation")
    }
    guard bytes.count < 60_000 else { return true }
    let record = [UInt8](bytes)
    for (kind, orientation) in [
      ("JPEG", ExifContainer.jpeg(record).withUnsafeBytes(ExifOrientation.inJPEG)),
      ("PNG", ExifContainer.png(record).withUnsafeBytes(ExifOrientation.inPNG)),
      ("WebP", ExifContainer.webp(record).withUnsafeBytes(ExifOrientation.inWebP)),
    ] {
      try require(
        orientation == found[0], "\(kind) gives \(orientation), as the record's own \(found[0])")
    }
    return true
  }
}

/// What has to hold for each file that looks like a photo.
private enum ImageCheck {
  /// A size that passes costs 3 bytes a pixel, whatever is behind the header.
  private static let limits = ImageLimits(maximumPixels: 1 << 18)

  static func run(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
    let natural = try decoded(bytes, .natural)
    let official = try decoded(bytes, .official)
    if let natural, let official {
      let isTurned = (natural.width, natural.height) == (official.height, official.width)
      let isSame = (natural.width, natural.height) == (official.width, official.height)
      try require(
        isTurned || isSame,
        "\(natural.width) x \(natural.height) is \(official.width) x \(official.height), turned")
    }
  }

  private static func decoded(
    _ bytes: UnsafeRawBufferPointer, _ preparation: ImagePreparation
  ) throws(Violation) -> RAMKit.Image? {
    do throws(RAMKitError) {
      let image = try ImageDecoder().decode(
        .data(Data(bytes), name: "fuzz"), preparation: preparation, limits: limits)
      guard image.width > 0, image.height > 0, image.width * image.height <= limits.maximumPixels,
        image.pixels.count == 3 * image.width * image.height
      else { throw .internalFault(reason: "\(image.width) x \(image.height) pixels") }
      #if os(Linux)
        try expectEveryPixelIsWritten(bytes, natural: preparation == .natural)
      #endif
      return image
    } catch .unreadableImage(_, let reason) where !reason.isEmpty {
      return nil
    } catch .imageTooLarge(_, let reason) where !reason.isEmpty {
      return nil
    } catch {
      throw Violation("a photo that can't be read is unreadable or too large: \(error)")
    }
  }

  /// A pixel that a decoder leaves as it was shows what was in memory before: of two pictures over
  /// different grounds, none may show through.
  private static func expectEveryPixelIsWritten(
    _ bytes: UnsafeRawBufferPointer, natural: Bool
  ) throws(RAMKitError) {
    let start = bytes.bindMemory(to: UInt8.self).baseAddress
    var photo = ramk_photo(
      bytes: start, size: bytes.count, format: ramk_photo_sniff(start, bytes.count),
      natural: natural)
    var message = ramk_photo_message()
    var (width, height): (UInt32, UInt32) = (0, 0)
    guard ramk_photo_probe(&photo, &width, &height, &message) == RAMK_PHOTO_OK else {
      throw .internalFault(reason: "a photo that was decoded has no size")
    }
    let pictures = [UInt8(0), 0xFF].map { ground in
      var pixels = [UInt8](repeating: ground, count: Int(width) * Int(height) * 3)
      return ramk_photo_decode(&photo, width, height, &pixels, &message) == RAMK_PHOTO_OK
        ? pixels : []
    }
    guard !pictures[0].isEmpty, pictures[0] == pictures[1] else {
      throw .internalFault(reason: "decoding \(width) x \(height) pixels left some as they were")
    }
  }
}

/// Files that hold an EXIF record and nothing else.
private enum ExifContainer {
  private static let prefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]

  static func jpeg(_ record: [UInt8]) -> [UInt8] {
    let length = UInt16(2 + prefix.count + record.count)
    return [0xFF, 0xD8, 0xFF, 0xE1] + little(length.byteSwapped) + prefix + record
  }

  static func png(_ record: [UInt8]) -> [UInt8] {
    [UInt8](repeating: 0, count: 8) + little(UInt32(record.count).byteSwapped) + Array("eXIf".utf8)
      + record
  }

  static func webp(_ record: [UInt8]) -> [UInt8] {
    Array("RIFF\0\0\0\0WEBPEXIF".utf8) + little(UInt32(prefix.count + record.count)) + prefix
      + record
  }
}
