/// A decoded photo: 8-bit RGB, row by row from the top left.
///
/// It is what every file becomes before a model sees it, and what you hand in if you have pixels
/// rather than a file. A value type; copies share their pixels until one is changed.
public struct Image: Sendable, Hashable {
  /// Pixels along a row, at least 1.
  public let width: Int

  /// Rows, at least 1.
  public let height: Int

  /// `height · width · 3` bytes: red, green and blue of the first pixel of the first row, then of
  /// the next pixel to its right.
  public let pixels: [UInt8]

  /// An image of your own pixels, sRGB as photos are.
  ///
  /// - Parameters:
  ///   - width: Pixels along a row, at least 1.
  ///   - height: Rows, at least 1.
  ///   - rgb: `height · width · 3` bytes, without padding between rows.
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)`` where the three do not fit each other.
  public init(width: Int, height: Int, rgb: [UInt8]) throws(RAMKitError) {
    guard width > 0, height > 0 else {
      throw .invalidOption(
        name: "Image", reason: "it has at least one pixel, not \(width) x \(height)")
    }
    guard Self.byteCount(width: width, height: height) == rgb.count else {
      throw .invalidOption(
        name: "Image",
        reason: "\(width) x \(height) RGB pixels take 3 bytes each, but there are \(rgb.count)")
    }
    self.init(width: width, height: height, checked: rgb)
  }

  /// For pixels whose count is known to be right.
  init(width: Int, height: Int, checked pixels: [UInt8]) {
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Bytes that the pixels take; nil where that doesn't fit.
  static func byteCount(width: Int, height: Int) -> Int? {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    let (bytes, more) = count.multipliedReportingOverflow(by: 3)
    return overflow || more ? nil : bytes
  }
}
