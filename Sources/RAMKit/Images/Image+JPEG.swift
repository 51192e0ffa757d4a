#if canImport(ImageIO)
  import Foundation
  internal import CoreGraphics
  internal import ImageIO
#else
  internal import CRAMImageCodecs
#endif

extension Image {
  /// The image as a JPEG file.
  ///
  /// - Parameter quality: 1 to 100, as libjpeg counts it.
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)`` for an image of more than 65,500 pixels either
  ///   way, which no JPEG can hold.
  func jpeg(quality: Int) throws(RAMKitError) -> [UInt8] {
    guard max(width, height) <= 65_500 else {
      throw .invalidOption(
        name: "image size", reason: "\(width) x \(height) pixels are more than a JPEG can hold")
    }
    guard let bytes = encoded(quality: min(max(quality, 1), 100)) else {
      throw .internalFault(reason: "an image could not be written as JPEG")
    }
    return bytes
  }

  #if canImport(ImageIO)
    private func encoded(quality: Int) -> [UInt8]? {
      guard let provider = CGDataProvider(data: Data(pixels) as CFData),
        let space = CGColorSpace(name: CGColorSpace.sRGB),
        let picture = CGImage(
          width: width, height: height, bitsPerComponent: 8, bitsPerPixel: 24,
          bytesPerRow: width * 3, space: space, bitmapInfo: [], provider: provider, decode: nil,
          shouldInterpolate: false, intent: .defaultIntent)
      else { return nil }
      let data = NSMutableData()
      guard
        let destination = CGImageDestinationCreateWithData(
          data as CFMutableData, "public.jpeg" as CFString, 1, nil)
      else { return nil }
      let properties =
        [kCGImageDestinationLossyCompressionQuality: Double(quality) / 100] as CFDictionary
      CGImageDestinationAddImage(destination, picture, properties)
      return CGImageDestinationFinalize(destination) ? [UInt8](data as Data) : nil
    }
  #else
    private func encoded(quality: Int) -> [UInt8]? {
      let limit = ramk_jpeg_size_limit(UInt32(width), UInt32(height))
      guard limit > 0 else { return nil }
      let bytes = [UInt8](unsafeUninitializedCapacity: limit) { out, count in
        count = ramk_jpeg_encode(
          pixels, UInt32(width), UInt32(height), Int32(quality), out.baseAddress, limit)
      }
      return bytes.isEmpty ? nil : bytes
    }
  #endif
}
