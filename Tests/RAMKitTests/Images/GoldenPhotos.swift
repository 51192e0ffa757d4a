import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// The photos of `Resources/Images`, and what Pillow makes of them.
struct GoldenPhotos {
  struct Entry: Decodable {
    struct Resized: Decodable { let sha256: String }

    let width: Int
    let height: Int
    let exif_orientation: Int?
    let rgb_sha256: String
    let resized: [String: Resized]
  }

  /// A small file of each kind: size and digest for both preparations.
  struct Kind: Decodable {
    let width: Int
    let height: Int
    let sha256: String
  }

  static func kinds() throws -> [String: [String: Kind]] {
    try JSONDecoder().decode(
      [String: [String: Kind]].self, from: Data(contentsOf: url("kinds/kinds.json")))
  }

  static func url(_ path: String) throws -> URL {
    Bundle.module.bundleURL.appending(path: "Resources/Images").appending(path: path)
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: url(path))) }

  static func entries() throws -> [String: Entry] {
    try JSONDecoder().decode(
      [String: Entry].self, from: Data(contentsOf: url("photos.json")))
  }

  static func decode(
    _ bytes: [UInt8], _ preparation: ImagePreparation = .official,
    limits: ImageLimits = .default
  ) throws(RAMKitError) -> RAMKit.Image {
    try ImageDecoder().decode(
      .data(Data(bytes), name: "test"), preparation: preparation, limits: limits)
  }

  static func decode(
    _ path: String, _ preparation: ImagePreparation = .official
  ) throws -> RAMKit.Image {
    try ImageDecoder().decode(.file(url(path)), preparation: preparation, limits: .default)
  }
}

/// Where two images differ first, in words; nil where they are equal.
func firstDifference(_ image: RAMKit.Image, _ expected: RAMKit.Image) -> String? {
  guard (image.width, image.height) == (expected.width, expected.height) else {
    return "\(image.width) x \(image.height) instead of \(expected.width) x \(expected.height)"
  }
  guard image.pixels != expected.pixels,
    let at = zip(image.pixels, expected.pixels).enumerated().first(where: { $1.0 != $1.1 })?.offset
  else { return nil }
  let x = at / 3 % image.width
  let y = at / 3 / image.width
  let start = at / 3 * 3
  let found = Array(image.pixels[start..<start + 3])
  return "pixel (\(x), \(y)) is \(found) instead of \(expected.pixels[start..<start + 3])"
}
