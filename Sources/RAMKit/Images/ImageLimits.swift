/// What a photo may cost before it is refused.
///
/// The limits are checked against the file's size and its header, before memory for pixels is set
/// aside, and lead to ``RAMKitError/imageTooLarge(name:reason:)``. Pixels that you decoded yourself
/// are not limited.
public struct ImageLimits: Sendable, Hashable {
  /// Width times height. A decoded photo takes three bytes a pixel, and up to seven more while some
  /// kinds (interlaced, transparent, turned) are decoded.
  public var maximumPixels: Int

  /// Bytes of the photo's file.
  public var maximumBytes: Int

  /// Limits of your own; anything below 1 refuses every photo.
  public init(
    maximumPixels: Int = ImageLimits.default.maximumPixels,
    maximumBytes: Int = ImageLimits.default.maximumBytes
  ) {
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
  }

  private init(pixels: Int, bytes: Int) {
    maximumPixels = pixels
    maximumBytes = bytes
  }

  /// 178,956,970 pixels, where Pillow refuses as well, and 256 MiB.
  public static let `default` = ImageLimits(pixels: 178_956_970, bytes: 256 << 20)
}
