/// How a photo's file becomes pixels.
///
/// The two differ only in the points named here; otherwise they are the same, bit for bit. Both
/// ignore gamma and colour profiles, and of an animation both take the first frame. On Linux the
/// pixels of JPEG, PNG, WebP, GIF and BMP files are those of Pillow 11; on Apple systems ImageIO
/// decodes all but BMP, and HEIC and AVIF are decoded by what the system has, which may round
/// otherwise.
public enum ImagePreparation: String, Sendable, Hashable, Codable, CaseIterable {
  /// As a person sees the photo: turned upright as its EXIF orientation says, laid over white where
  /// it is transparent (also where an animation's first frame leaves its canvas uncovered), 16-bit
  /// grey scaled down to 8 bits by its high byte.
  case natural

  /// As the official Python scripts prepare it, which is Pillow's `Image.open(path).convert("RGB")`:
  /// orientation ignored, transparency dropped so that the colours below it show, and 16-bit grey
  /// clipped at 255. For results that are to agree with theirs number for number.
  case official
}
