import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ImageResizeTests {
  @Test func resizedPixelsAreThoseOfPillow() throws {
    var compared = 0
    for (path, entry) in try GoldenPhotos.entries() {
      let image = try GoldenPhotos.decode(path)
      for (side, expected) in entry.resized {
        let side = try #require(Int(side))
        let resized = try image.resized(width: side, height: side)
        #expect((resized.width, resized.height) == (side, side))
        #expect(sha256(resized.pixels) == expected.sha256, "\(path) to \(side)")
        compared += 1
      }
    }
    #expect(compared == 24)
  }

  /// The same for two, in a form that says where.
  @Test func resizedPixelsAgreeOneByOne() throws {
    for name in ["size_1x1.png", "size_3000x2.png"] {
      let resized = try GoldenPhotos.decode("photos/odd/\(name)").resized(width: 384, height: 384)
      let expected = try GoldenPhotos.decode("resized/\(name).384.png")
      #expect(firstDifference(resized, expected) == nil, "\(name)")
    }
  }

  @Test func itsOwnSizeIsTheImageItself() throws {
    let image = try GoldenPhotos.decode("photos/odd/size_384x384.png")
    #expect(try image.resized(width: 384, height: 384) == image)
  }

  @Test func oneColourStaysThatColour() throws {
    var random = SeededGenerator(seed: 4)
    for level: UInt8 in [0, 1, 127, 254, 255] {
      for _ in 0..<20 {
        func size() -> Int { Int.random(in: 1...90, using: &random) }
        let (width, height, newWidth, newHeight) = (size(), size(), size(), size())
        let image = try RAMKit.Image(
          width: width, height: height,
          rgb: [UInt8](repeating: level, count: width * height * 3))
        let resized = try image.resized(width: newWidth, height: newHeight)
        #expect(resized.pixels.count == newWidth * newHeight * 3)
        #expect(
          resized.pixels.allSatisfy { $0 == level },
          "\(width) x \(height) to \(newWidth) x \(newHeight)")
      }
    }
  }

  @Test func impossibleSizesAreErrors() throws {
    let image = try RAMKit.Image(width: 1, height: 1, rgb: [1, 2, 3])
    for (width, height) in [(0, 1), (1, 0), (-3, 5), (.max, .max), (.max / 3, 1), (1, .max / 3)] {
      #expect(throws: RAMKitError.self, "\(width) x \(height)") {
        try image.resized(width: width, height: height)
      }
    }
  }
}
