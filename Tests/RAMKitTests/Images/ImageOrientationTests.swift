import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ImageOrientationTests {
  private func image(_ width: Int, _ height: Int) throws -> RAMKit.Image {
    var random = SeededGenerator(seed: UInt64(width * 1000 + height))
    let pixels = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    return try RAMKit.Image(width: width, height: height, rgb: pixels)
  }

  /// Where the EXIF standard says that a stored pixel belongs, in words: the stored first row is the
  /// upright top (1, 2), bottom (3, 4), left (5, 8) or right (6, 7) side; the first column likewise.
  private func place(
    _ x: Int, _ y: Int, _ width: Int, _ height: Int, _ orientation: Int
  ) -> (x: Int, y: Int) {
    switch orientation {
    case 2: (width - 1 - x, y)
    case 3: (width - 1 - x, height - 1 - y)
    case 4: (x, height - 1 - y)
    case 5: (y, x)
    case 6: (height - 1 - y, x)
    case 7: (height - 1 - y, width - 1 - x)
    case 8: (y, width - 1 - x)
    default: (x, y)
    }
  }

  @Test(arguments: [(1, 1), (1, 7), (5, 1), (33, 31), (64, 65), (3, 100)])
  func everyPixelGoesWhereTheOrientationSays(width: Int, height: Int) throws {
    let stored = try image(width, height)
    for orientation in 0...9 {
      let upright = stored.oriented(orientation)
      let swapped = (5...8).contains(orientation)
      #expect(upright.width == (swapped ? height : width))
      #expect(upright.height == (swapped ? width : height))
      var expected = stored.pixels
      for y in 0..<height {
        for x in 0..<width {
          let to = place(x, y, width, height, orientation)
          for c in 0..<3 {
            expected[(to.y * upright.width + to.x) * 3 + c] = stored.pixels[(y * width + x) * 3 + c]
          }
        }
      }
      #expect(upright.pixels == expected, "orientation \(orientation)")
    }
  }

  @Test func turningBackGivesTheSameImage() throws {
    let stored = try image(47, 38)
    for (orientation, back) in [(2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (7, 7), (8, 6)] {
      #expect(stored.oriented(orientation).oriented(back) == stored)
    }
  }
}
