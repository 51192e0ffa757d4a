import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ImageDecoderTests {
  @Test func officialPixelsAreThoseOfPillow() throws {
    let entries = try GoldenPhotos.entries()
    #expect(entries.count == 22)
    for (path, entry) in entries {
      let image = try GoldenPhotos.decode(path)
      #expect(image.width == entry.width && image.height == entry.height, "\(path)")
      #expect(sha256(image.pixels) == entry.rgb_sha256, "\(path)")
    }
  }

  /// The same for a few, in a form that says where.
  @Test func officialPixelsAgreeOneByOne() throws {
    let expected = try FileManager.default.contentsOfDirectory(
      atPath: GoldenPhotos.url("decoded").path)
    #expect(expected.count == 11)
    for file in expected {
      let name = String(file.dropLast(".rgb.png".count))
      let path = name.hasPrefix("kind_") ? "photos/odd/\(name)" : "photos/\(name)"
      let difference = firstDifference(
        try GoldenPhotos.decode(path), try GoldenPhotos.decode("decoded/\(file)"))
      #expect(difference == nil, "\(path)")
    }
  }

  @Test func bytesDecodeAsTheFileDoes() throws {
    let data = try Data(contentsOf: GoldenPhotos.url("photos/coffee.jpg"))
    let image = try ImageDecoder().decode(
      .data(data, name: "upload"), preparation: .official, limits: .default)
    #expect(image == (try GoldenPhotos.decode("photos/coffee.jpg")))
  }

  @Test func pixelsAreTakenAsTheyAre() throws {
    let image = try RAMKit.Image(width: 2, height: 1, rgb: [1, 2, 3, 4, 5, 6])
    let none = ImageLimits(maximumPixels: 0, maximumBytes: 0)
    for preparation in ImagePreparation.allCases {
      let decoded = try ImageDecoder().decode(
        .pixels(image), preparation: preparation, limits: none)
      #expect(decoded == image)
    }
  }
}
