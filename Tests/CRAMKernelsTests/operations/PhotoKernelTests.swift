import CRAMKernels
import Testing
import _RAMKitTestSupport

/// Buffers are read and written where the sizes say, and nowhere else.
@Suite struct PhotoKernelTests {
  private func noise(_ buffer: GuardedBuffer, _ random: inout SeededGenerator) {
    for i in 0..<buffer.byteCount {
      let value = UInt8.random(in: 0...255, using: &random)
      buffer.start.storeBytes(of: value, toByteOffset: i, as: UInt8.self)
    }
  }

  @Test func resizingStaysInsideItsBuffersAtAnyStride() {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<400 {
      func size() -> Int { Int.random(in: 1...70, using: &random) }
      let (width, height, newWidth, newHeight) = (size(), size(), size(), size())
      let stride = width * 3 + Int.random(in: 0...5, using: &random)
      let newStride = newWidth * 3 + Int.random(in: 0...5, using: &random)
      let input = GuardedBuffer(byteCount: (height - 1) * stride + width * 3, alignment: 1)
      noise(input, &random)
      let outputBytes = (newHeight - 1) * newStride + newWidth * 3
      let output = GuardedBuffer(byteCount: outputBytes, alignment: 1)
      let bytes = ramk_resize_bilinear_workspace_size(width, height, newWidth, newHeight)
      let workspace = GuardedBuffer(byteCount: bytes, alignment: 1)
      let status = ramk_resize_bilinear(
        nil, input.start, width, height, stride, output.start, newWidth, newHeight, newStride,
        workspace.start, bytes)
      #expect(status == RAMK_OK)
      #expect(output.damage == nil && workspace.damage == nil && input.damage == nil)
      let tooSmall = ramk_resize_bilinear(
        nil, input.start, width, height, stride, output.start, newWidth, newHeight, newStride,
        workspace.start, bytes - 1)
      #expect(tooSmall == RAMK_WORKSPACE_TOO_SMALL)
    }
  }

  @Test func badResizeArgumentsAreErrors() {
    var pixels = [UInt8](repeating: 0, count: 48)
    var out = [UInt8](repeating: 0, count: 48)
    var workspace = [UInt8](repeating: 0, count: 4_096)
    func status(
      _ width: Int, _ height: Int, _ stride: Int, _ newWidth: Int, _ newHeight: Int,
      _ newStride: Int
    ) -> ramk_status {
      ramk_resize_bilinear(
        nil, &pixels, width, height, stride, &out, newWidth, newHeight, newStride, &workspace, 4_096
      )
    }
    #expect(status(4, 4, 12, 2, 2, 6) == RAMK_OK)
    #expect(status(4, 4, 12, 0, 2, 6) == RAMK_OK)
    #expect(status(0, 4, 12, 2, 2, 6) == RAMK_INVALID_ARGUMENT)
    #expect(status(4, 4, 11, 2, 2, 6) == RAMK_INVALID_ARGUMENT)
    #expect(status(4, 4, 12, 2, 2, 5) == RAMK_INVALID_ARGUMENT)
    #expect(status(.max, 1, 0, 1, 1, 3) == RAMK_SIZE_OVERFLOW)
    #expect(status(1, 1, 3, 1, .max, 3) == RAMK_SIZE_OVERFLOW)
    #expect(ramk_resize_bilinear_workspace_size(.max, .max, 3, 3) == 0)
    #expect(ramk_resize_bilinear_workspace_size(3, 3, .max, .max) == 0)
  }

  @Test func normalisingFillsEitherLayoutAndNoMore() {
    var random = SeededGenerator(seed: 22)
    let table = (0..<768).map { Float($0) }
    for _ in 0..<100 {
      let width = Int.random(in: 1...40, using: &random)
      let height = Int.random(in: 1...9, using: &random)
      let stride = width * 3 + Int.random(in: 0...5, using: &random)
      let input = GuardedBuffer(byteCount: (height - 1) * stride + width * 3, alignment: 1)
      noise(input, &random)
      for layout in [RAMK_PLANAR, RAMK_CHANNELS_LAST] {
        let output = GuardedBuffer(byteCount: width * height * 12)
        let status = table.withUnsafeBytes { table in
          ramk_normalize_pixels(
            nil, input.start, width, height, stride,
            table.baseAddress.map(rows), layout,
            output.start.assumingMemoryBound(to: Float.self))
        }
        #expect(status == RAMK_OK)
        #expect(output.damage == nil && input.damage == nil)
        for pixel in 0..<width * height {
          for channel in 0..<3 {
            let byte = input.start.load(
              fromByteOffset: pixel / width * stride + pixel % width * 3 + channel, as: UInt8.self)
            let at = layout == RAMK_PLANAR ? channel * width * height + pixel : pixel * 3 + channel
            let value = output.start.load(fromByteOffset: at * 4, as: Float.self)
            #expect(value == Float(channel * 256 + Int(byte)))
          }
        }
      }
    }
  }

  @Test func badNormaliseArgumentsAreErrors() {
    let pixels = [UInt8](repeating: 0, count: 48)
    let table = [Float](repeating: 0, count: 768)
    var out = [Float](repeating: 0, count: 48)
    func status(_ width: Int, _ height: Int, _ stride: Int) -> ramk_status {
      table.withUnsafeBytes { table in
        ramk_normalize_pixels(
          nil, pixels, width, height, stride, table.baseAddress.map(rows), RAMK_PLANAR, &out)
      }
    }
    #expect(status(4, 4, 12) == RAMK_OK)
    #expect(status(0, 4, 12) == RAMK_OK)
    #expect(status(4, 4, 11) == RAMK_INVALID_ARGUMENT)
    #expect(status(.max, 1, 12) == RAMK_SIZE_OVERFLOW)
    #expect(status(1, .max, 12) == RAMK_SIZE_OVERFLOW)
    #expect(
      ramk_normalize_pixels(nil, pixels, 4, 4, 12, nil, RAMK_PLANAR, &out)
        == RAMK_INVALID_ARGUMENT)
  }
}

/// `float[3][256]` as C sees it; Swift knows its rows as tuples.
private func rows<Row>(_ table: UnsafeRawPointer) -> UnsafePointer<Row> {
  table.assumingMemoryBound(to: Row.self)
}
