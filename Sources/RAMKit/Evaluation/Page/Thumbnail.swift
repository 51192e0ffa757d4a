#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Small pictures of photos, for pages.
enum Thumbnail {
  /// Pixels along the longer side: sharp also where a pixel of the page is two of the screen.
  static let side = 320

  /// A JPEG file as a `data:` address; nil where the photo can't be read.
  static func dataURI(of file: URL, preparation: ImagePreparation) -> String? {
    do throws(RAMKitError) {
      let image = try ImageDecoder().decode(
        .file(file), preparation: preparation, limits: .default)
      let scale = min(1, Double(side) / Double(max(image.width, image.height)))
      let small = try image.resized(
        width: max(1, Int((Double(image.width) * scale).rounded())),
        height: max(1, Int((Double(image.height) * scale).rounded())))
      return "data:image/jpeg;base64," + Data(try small.jpeg(quality: 80)).base64EncodedString()
    } catch {
      return nil
    }
  }
}
