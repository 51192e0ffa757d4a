import CRAMKernels

/// What happens to a photo's pixels between decoder and model; on the calling thread alone.
enum Photos {
  static let cases = [
    resize(from: (640, 480), side: 384),
    resize(from: (1920, 1080), side: 384),
    resize(from: (4032, 3024), side: 384),
    resize(from: (320, 240), side: 384),
    normalize(side: 384),
  ]

  /// Counts the bytes of both photos.
  static func resize(from size: (width: Int, height: Int), side: Int) -> KernelCase {
    let (width, height) = size
    return KernelCase(
      plain: "resize_bilinear", shape: "\(width)x\(height) to \(side)x\(side)",
      work: .memory(read: 3 * width * height, written: 3 * side * side)
    ) {
      let photo = Memory.bytes(3 * width * height)
      let out = Memory.bytes(3 * side * side)
      let bytes = ramk_resize_bilinear_workspace_size(width, height, side, side)
      let workspace = Memory(byteCount: bytes)
      return {
        ramk_resize_bilinear(
          nil, photo.bytes, width, height, 3 * width, out.bytes, side, side, 3 * side,
          workspace.raw, bytes)
      }
    }
  }

  static func normalize(side: Int) -> KernelCase {
    KernelCase(
      plain: "normalize_pixels", shape: "\(side)x\(side) planar",
      work: .memory(read: 3 * side * side, written: 12 * side * side)
    ) {
      let photo = Memory.bytes(3 * side * side)
      let table = Memory.floats(3 * 256)
      let out = Memory.floats(3 * side * side)
      return {
        ramk_normalize_pixels(
          nil, photo.bytes, side, side, 3 * side, channels(table.raw), RAMK_PLANAR, out.floats)
      }
    }
  }

  /// A table as C sees it, `float[3][256]`, whose rows Swift knows as tuples.
  private static func channels<Row>(_ table: UnsafeRawPointer) -> UnsafePointer<Row> {
    table.assumingMemoryBound(to: Row.self)
  }
}
