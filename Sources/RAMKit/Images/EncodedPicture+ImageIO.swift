#if canImport(ImageIO)
  internal import Accelerate
  internal import CoreGraphics
  import Foundation
  internal import ImageIO
  internal import CRAMImageCodecs

  // Apple systems decode what they know themselves. Components are taken as they are stored wherever
  // ImageIO lets them through: no conversion between colour profiles, as on Linux.
  extension EncodedPicture {
    func size() throws(RAMKitError) -> (width: Int, height: Int) {
      if format == RAMK_PHOTO_BMP { return try sizeThroughLibraries() }
      let properties = try header(of: imageSource())
      guard let width = (properties[kCGImagePropertyPixelWidth] as? NSNumber)?.intValue,
        let height = (properties[kCGImagePropertyPixelHeight] as? NSNumber)?.intValue,
        width > 0, height > 0
      else { throw .unreadableImage(name: name, reason: "its header gives no size") }
      return (width, height)
    }

    func decoded(width: Int, height: Int) throws(RAMKitError) -> Image {
      if format == RAMK_PHOTO_BMP {
        return try decodedThroughLibraries(width: width, height: height)
      }
      let source = try imageSource()
      let options = [kCGImageSourceShouldCache: false] as CFDictionary
      guard CGImageSourceGetStatusAtIndex(source, 0) == .statusComplete,
        let picture = CGImageSourceCreateImageAtIndex(source, 0, options)
      else { throw .unreadableImage(name: name, reason: "the file ends before its last pixel") }
      guard picture.width == width, picture.height == height,
        let count = Image.byteCount(width: width, height: height)
      else { throw .unreadableImage(name: name, reason: "its parts differ in size") }

      let isGrey = picture.colorSpace?.model == .monochrome
      let isClipped =
        preparation == .official && isGrey && picture.bitsPerComponent == 16
        && picture.alphaInfo == .none
      let plane = try isClipped ? grey16(picture) : rgba8(picture)
      defer { free(plane.data) }
      let pixels = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
        for row in 0..<height {
          let from = plane.data.advanced(by: row * plane.rowBytes)
            .assumingMemoryBound(to: UInt8.self)
          let to = out.baseAddress.map { $0 + row * width * 3 }
          if isClipped {
            ramk_grey16_clipped_to_rgb(from, width, to)
          } else {
            ramk_rgba_to_rgb(from, width, preparation == .natural, to)
          }
        }
        initialized = count
      }
      return Image(width: width, height: height, checked: pixels)
    }

    /// HEIC and AVIF keep the orientation beside the picture, and ImageIO reports it.
    func containerOrientation() -> Int {
      guard let source = try? imageSource(), let properties = try? header(of: source)
      else { return 1 }
      return (properties[kCGImagePropertyOrientation] as? NSNumber)?.intValue ?? 1
    }

    private func imageSource() throws(RAMKitError) -> CGImageSource {
      let data = Data(bytes) as CFData
      guard let source = CGImageSourceCreateWithData(data, nil), CGImageSourceGetCount(source) > 0
      else { throw .unreadableImage(name: name, reason: "ImageIO finds no picture in it") }
      return source
    }

    private func header(of source: CGImageSource) throws(RAMKitError) -> [CFString: Any] {
      guard
        let properties = CGImageSourceCopyPropertiesAtIndex(source, 0, nil) as? [CFString: Any]
      else { throw .unreadableImage(name: name, reason: "its header is damaged") }
      return properties
    }

    /// Red, green, blue and alpha, not premultiplied. The caller frees `data`.
    private func rgba8(_ picture: CGImage) throws(RAMKitError) -> vImage_Buffer {
      var picture = picture
      var space = CGColorSpaceCreateDeviceRGB()
      switch picture.colorSpace?.model {
      case .rgb: space = picture.colorSpace ?? space
      case .indexed:
        if let base = picture.colorSpace?.baseColorSpace, base.model == .rgb { space = base }
      case .monochrome:
        // From device grey to device RGB, levels stay as they are.
        picture = picture.copy(colorSpace: CGColorSpaceCreateDeviceGray()) ?? picture
      default: break
      }
      return try converted(
        picture, bitsPerComponent: 8, bitsPerPixel: 32, space: space,
        layout: CGBitmapInfo(rawValue: CGImageAlphaInfo.last.rawValue))
    }

    /// Big-endian grey. The caller frees `data`.
    private func grey16(_ picture: CGImage) throws(RAMKitError) -> vImage_Buffer {
      try converted(
        picture, bitsPerComponent: 16, bitsPerPixel: 16,
        space: picture.colorSpace ?? CGColorSpaceCreateDeviceGray(),
        layout: [.byteOrder16Big, CGBitmapInfo(rawValue: CGImageAlphaInfo.none.rawValue)])
    }

    private func converted(
      _ picture: CGImage, bitsPerComponent: Int, bitsPerPixel: Int, space: CGColorSpace,
      layout: CGBitmapInfo
    ) throws(RAMKitError) -> vImage_Buffer {
      guard
        var format = vImage_CGImageFormat(
          bitsPerComponent: bitsPerComponent, bitsPerPixel: bitsPerPixel, colorSpace: space,
          bitmapInfo: layout)
      else { throw .unreadableImage(name: name, reason: "its colours can't be converted") }
      var buffer = vImage_Buffer()
      let error = vImageBuffer_InitWithCGImage(
        &buffer, &format, nil, picture, vImage_Flags(kvImageNoFlags))
      guard error == kvImageNoError, buffer.data != nil else {
        throw .unreadableImage(name: name, reason: "ImageIO can't decode it (vImage \(error))")
      }
      return buffer
    }
  }
#endif
