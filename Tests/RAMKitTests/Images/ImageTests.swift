import Foundation
import RAMKit
import Testing

@Suite struct ImageTests {
  @Test func pixelsHaveToFitTheSize() throws {
    let image = try RAMKit.Image(width: 2, height: 3, rgb: Array(0..<18))
    #expect((image.width, image.height, image.pixels.count) == (2, 3, 18))
    for (width, height, count) in [
      (2, 3, 17), (2, 3, 24), (0, 3, 0), (3, 0, 0), (-1, -3, 9), (.max, 2, 6), (.max, .max, 3),
    ] {
      #expect(throws: RAMKitError.self, "\(width) x \(height) of \(count)") {
        try RAMKit.Image(width: width, height: height, rgb: [UInt8](repeating: 0, count: count))
      }
    }
  }

  @Test func photosHaveNamesForPeople() throws {
    #expect(Photo.file(URL(fileURLWithPath: "/tmp/my photo.jpg")).name == "/tmp/my photo.jpg")
    #expect(Photo.data(Data(), name: "upload 7").name == "upload 7")
    let image = try RAMKit.Image(width: 2, height: 1, rgb: Array(0..<6))
    #expect(Photo.pixels(image).name == "2 x 1 pixels")
  }
}
