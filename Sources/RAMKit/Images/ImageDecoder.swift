#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
internal import CRAMImageCodecs

/// Turns a photo into pixels, within limits.
package struct ImageDecoder: Sendable {
  package init() {}

  /// Decodes on the calling thread; a 12-megapixel JPEG takes about a tenth of a second.
  package func decode(
    _ photo: Photo, preparation: ImagePreparation, limits: ImageLimits
  ) throws(RAMKitError) -> Image {
    switch photo {
    case .pixels(let image):
      return image
    case .data(let data, let name):
      try check(byteCount: data.count, name: name, limits: limits)
      let result = data.withUnsafeBytes { bytes in
        Result { () throws(RAMKitError) in
          try decode(bytes, name: name, preparation: preparation, limits: limits)
        }
      }
      return try result.get()
    case .file(let url):
      let file = try RegularFile(at: url)
      try check(byteCount: file.size, name: photo.name, limits: limits)
      // Read, not mapped: a photo that shrinks while it is mapped would end the process.
      let bytes = try file.readAll(limit: limits.maximumBytes)
      let result = bytes.withUnsafeBytes { bytes in
        Result { () throws(RAMKitError) in
          try decode(bytes, name: photo.name, preparation: preparation, limits: limits)
        }
      }
      return try result.get()
    }
  }

  private func check(byteCount: Int, name: String, limits: ImageLimits) throws(RAMKitError) {
    guard byteCount <= limits.maximumBytes else {
      throw .imageTooLarge(
        name: name, reason: "a file of \(byteCount) bytes, more than \(limits.maximumBytes)")
    }
  }

  private func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, preparation: ImagePreparation,
    limits: ImageLimits
  ) throws(RAMKitError) -> Image {
    guard !bytes.isEmpty else { throw .unreadableImage(name: name, reason: "it is empty") }
    let format = ramk_photo_sniff(bytes.baseAddress, bytes.count)
    guard format != RAMK_PHOTO_UNKNOWN else {
      throw .unreadableImage(
        name: name, reason: "it is none of JPEG, PNG, WebP, GIF, BMP, HEIC and AVIF")
    }
    let picture = EncodedPicture(
      bytes: bytes, format: format, name: name, preparation: preparation)
    let (width, height) = try picture.size()
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.maximumPixels else {
      throw .imageTooLarge(
        name: name,
        reason: "\(width) x \(height) pixels, more than \(limits.maximumPixels) in all")
    }
    let image = try picture.decoded(width: width, height: height)
    guard preparation == .natural else { return image }
    return image.oriented(picture.orientation())
  }
}
