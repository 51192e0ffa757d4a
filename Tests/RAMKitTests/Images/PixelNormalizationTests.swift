import RAMKit
import Testing

@Suite struct PixelNormalizationTests {
  /// All 256 levels in each channel, in another order each.
  private func image() throws -> RAMKit.Image {
    var pixels: [UInt8] = []
    for level in 0..<256 {
      pixels += [UInt8(level), UInt8(255 - level), UInt8((level * 7 + 3) % 256)]
    }
    return try RAMKit.Image(width: 32, height: 8, rgb: pixels)
  }

  @Test func imageNetIsToTensorThenNormalize() throws {
    let mean: [Float] = [0.485, 0.456, 0.406]
    let deviation: [Float] = [0.229, 0.224, 0.225]
    let image = try image()
    let planar = try PixelNormalization.imageNet.planar(image)
    let interleaved = try PixelNormalization.imageNet.channelsLast(image)
    #expect(planar.count == 768 && interleaved.count == 768)
    for (index, byte) in image.pixels.enumerated() {
      let channel = index % 3
      let expected = (Float(byte) / 255 - mean[channel]) / deviation[channel]
      #expect(interleaved[index] == expected)
      #expect(planar[channel * 256 + index / 3] == expected)
    }
  }

  /// Values that torchvision 0.28.0 gives, to the last bit.
  @Test func knownValuesAgreeToTheLastBit() throws {
    let image = try RAMKit.Image(width: 2, height: 1, rgb: [0, 1, 128, 255, 254, 77])
    let values = try PixelNormalization.imageNet.channelsLast(image)
    let expected: [UInt32] = [
      0xC007_8BBD, 0xC001_2A4F, 0x3EDA_5D3C,
      0x400F_EE1D, 0x401A_4EE0, 0xBEEC_BF39,
    ]
    #expect(values.map(\.bitPattern) == expected)
  }

  @Test func efficientNetLiteIsExact() throws {
    let image = try image()
    let values = try PixelNormalization(offset: 127, divisor: 128).channelsLast(image)
    #expect(values == image.pixels.map { (Float($0) - 127) / 128 })
  }
}
