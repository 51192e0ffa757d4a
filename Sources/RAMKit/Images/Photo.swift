#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A photo to tag: a file, the bytes of a file, or pixels.
///
/// Files and bytes may be JPEG, PNG, WebP, GIF or BMP, and HEIC or AVIF where libheif is installed
/// (on Apple systems: always). The kind is told by the content, never by the name.
public enum Photo: Sendable, Hashable {
  /// A file, read when the photo is decoded.
  case file(URL)

  /// The bytes of a photo's file; `name` stands for it in errors.
  case data(Data, name: String)

  /// Pixels that are decoded already. They are used as they are: upright, whatever the preparation.
  case pixels(Image)

  /// What errors call this photo: its path, its name, or its size.
  public var name: String {
    switch self {
    case .file(let url): url.isFileURL ? url.path(percentEncoded: false) : url.absoluteString
    case .data(_, let name): name
    case .pixels(let image): "\(image.width) x \(image.height) pixels"
    }
  }
}
