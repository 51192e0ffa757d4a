import CRAMKernels

/// How 8-bit pixels become the floats that a model was trained on: one value a byte and channel.
package struct PixelNormalization: Sendable, Hashable {
  /// What byte 0, 1, ... 255 becomes; red, then green, then blue.
  private let table: [Float]

  private init(_ value: (_ channel: Int, _ byte: Float) -> Float) {
    table = (0..<3).flatMap { channel in (0..<256).map { value(channel, Float($0)) } }
  }

  /// torchvision's `ToTensor`, then `Normalize`: (byte / 255 - mean) / standard deviation, in
  /// float32 step by step. Means and deviations are those of red, green and blue.
  package init(mean: SIMD3<Float>, standardDeviation: SIMD3<Float>) {
    self.init { channel, byte in (byte / 255 - mean[channel]) / standardDeviation[channel] }
  }

  /// (byte - offset) / divisor, the same for all channels: EfficientNet-Lite takes 127 and 128.
  package init(offset: Float, divisor: Float) {
    self.init { _, byte in (byte - offset) / divisor }
  }

  /// ImageNet's mean and deviation, which RAM, RAM++ and Tag2Text use.
  package static let imageNet = PixelNormalization(
    mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])

  /// [3, height, width]: all of red, then all of green, then all of blue.
  package func planar(_ image: Image) throws(RAMKitError) -> [Float] {
    try values(of: image, layout: RAMK_PLANAR)
  }

  /// [height, width, 3]: pixel by pixel.
  package func channelsLast(_ image: Image) throws(RAMKitError) -> [Float] {
    try values(of: image, layout: RAMK_CHANNELS_LAST)
  }

  private func values(
    of image: Image, layout: ramk_pixel_layout
  ) throws(RAMKitError) -> [Float] {
    var status = RAMK_OK
    let values = [Float](unsafeUninitializedCapacity: image.pixels.count) { out, initialized in
      table.withUnsafeBytes { table in
        status = ramk_normalize_pixels(
          nil, image.pixels, image.width, image.height, image.width * 3,
          table.baseAddress.map(Self.channels), layout, out.baseAddress)
      }
      initialized = status == RAMK_OK ? image.pixels.count : 0
    }
    guard status == RAMK_OK else { throw Image.fault(status, in: "scaling pixels") }
    return values
  }

  /// The table as C sees it, `float[3][256]`, whose rows Swift knows as tuples.
  private static func channels<Row>(_ table: UnsafeRawPointer) -> UnsafePointer<Row> {
    table.assumingMemoryBound(to: Row.self)
  }
}
