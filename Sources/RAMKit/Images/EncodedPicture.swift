internal import CRAMImageCodecs

/// The bytes of one photo, whose kind is known.
struct EncodedPicture {
  let bytes: UnsafeRawBufferPointer
  let format: ramk_photo_format
  let name: String
  let preparation: ImagePreparation

  /// The orientation that is still to be applied to ``decoded(width:height:)``.
  func orientation() -> Int {
    switch format {
    case RAMK_PHOTO_JPEG: ExifOrientation.inJPEG(bytes)
    case RAMK_PHOTO_PNG: ExifOrientation.inPNG(bytes)
    case RAMK_PHOTO_WEBP: ExifOrientation.inWebP(bytes)
    case RAMK_PHOTO_HEIF: containerOrientation()
    default: 1
    }
  }
}

extension EncodedPicture {
  private var photo: ramk_photo {
    ramk_photo(
      bytes: bytes.bindMemory(to: UInt8.self).baseAddress, size: bytes.count, format: format,
      natural: preparation == .natural)
  }

  /// Width and height, off the header.
  func sizeThroughLibraries() throws(RAMKitError) -> (width: Int, height: Int) {
    var photo = photo
    var message = ramk_photo_message()
    var width: UInt32 = 0
    var height: UInt32 = 0
    let status = ramk_photo_probe(&photo, &width, &height, &message)
    try check(status, message)
    return (Int(width), Int(height))
  }

  /// The pixels, of the size that the header gave.
  func decodedThroughLibraries(width: Int, height: Int) throws(RAMKitError) -> Image {
    guard let count = Image.byteCount(width: width, height: height) else {
      throw .imageTooLarge(name: name, reason: "\(width) x \(height) pixels")
    }
    var photo = photo
    var message = ramk_photo_message()
    var status = RAMK_PHOTO_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      status = ramk_photo_decode(
        &photo, UInt32(width), UInt32(height), buffer.baseAddress, &message)
      initialized = status == RAMK_PHOTO_OK ? count : 0
    }
    try check(status, message)
    return Image(width: width, height: height, checked: pixels)
  }

  private func check(
    _ status: ramk_photo_status, _ message: ramk_photo_message
  ) throws(RAMKitError) {
    guard status != RAMK_PHOTO_OK else { return }
    let reason = withUnsafeBytes(of: message.text) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    if status == RAMK_PHOTO_TOO_LARGE || status == RAMK_PHOTO_OUT_OF_MEMORY {
      throw .imageTooLarge(name: name, reason: reason)
    }
    throw .unreadableImage(name: name, reason: reason)
  }
}

#if !canImport(ImageIO)
  extension EncodedPicture {
    func size() throws(RAMKitError) -> (width: Int, height: Int) { try sizeThroughLibraries() }

    func decoded(width: Int, height: Int) throws(RAMKitError) -> Image {
      try decodedThroughLibraries(width: width, height: height)
    }

    /// libheif has turned the picture already.
    func containerOrientation() -> Int { 1 }
  }
#endif
