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

  @Test func everyKindIsReadAsPillowReadsIt() throws {
    let kinds = try GoldenPhotos.kinds()
    #expect(kinds.count == 102)
    for (file, expected) in kinds {
      for preparation in ImagePreparation.allCases {
        let kind = try #require(expected[preparation.rawValue])
        let image = try GoldenPhotos.decode("kinds/\(file)", preparation)
        #expect((image.width, image.height) == (kind.width, kind.height), "\(file) \(preparation)")
        #expect(sha256(image.pixels) == kind.sha256, "\(file) \(preparation)")
      }
    }
  }

  /// Where libheif is missing, the error says what to install.
  @Test func avifIsReadOrTheMissingLibraryNamed() throws {
    do {
      for (file, preparation, size) in [
        ("avif_plain.avif", ImagePreparation.natural, (48, 32)),
        ("avif_plain.avif", .official, (48, 32)),
        ("avif_exif6.avif", .natural, (32, 48)),
        ("avif_exif6.avif", .official, (48, 32)),
      ] {
        let image = try GoldenPhotos.decode("kinds/\(file)", preparation)
        #expect((image.width, image.height) == size, "\(file) \(preparation)")
        // Red above and blue below; turned clockwise, blue is on the left.
        let first = image.pixels.prefix(3).map(Int.init)
        let expected = size == (32, 48) ? [20, 60, 220] : [200, 30, 40]
        #expect(zip(first, expected).allSatisfy { abs($0 - $1) <= 6 }, "\(file): \(first)")
      }
    } catch RAMKitError.unreadableImage(_, let reason) {
      #expect(reason.contains("libheif"))
    }
  }

  @Test func theOrientationOfAPhotoIsAppliedWhenNatural() throws {
    let official = try GoldenPhotos.decode("photos/astronaut_exif6.jpg")
    let natural = try GoldenPhotos.decode("photos/astronaut_exif6.jpg", .natural)
    #expect((official.width, official.height) == (300, 400))
    #expect(natural == official.oriented(6))
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
