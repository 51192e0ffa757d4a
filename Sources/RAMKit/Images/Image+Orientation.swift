internal import CRAMImageCodecs

extension Image {
  /// The image turned upright from EXIF's `orientation`, 1 to 8; 5 to 8 swap width and height.
  package func oriented(_ orientation: Int) -> Image {
    guard (2...8).contains(orientation) else { return self }
    let upright = [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
      ramk_orient_rgb(pixels, width, height, UInt32(orientation), out.baseAddress)
      count = pixels.count
    }
    return orientation >= 5
      ? Image(width: height, height: width, checked: upright)
      : Image(width: width, height: height, checked: upright)
  }
}
