import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct CopyStridedTests {
  /// Every element of a strided tensor, found index by index.
  private func reference(
    _ bytes: [UInt8], shape: [Int], strides: [Int], elementBytes: Int
  ) -> [UInt8] {
    var offsets = [0]
    for (size, stride) in zip(shape, strides) {
      offsets = offsets.flatMap { offset in (0..<size).map { offset + $0 * stride } }
    }
    return offsets.flatMap { bytes[$0 * elementBytes..<($0 + 1) * elementBytes] }
  }

  @Test func gathersWhatAnIndexByIndexWalkGathers() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let rank = Int.random(in: 0...5, using: &random)
      let shape = (0..<rank).map { _ in Int.random(in: 0...5, using: &random) }
      let strides = (0..<rank).map { _ in Int.random(in: 0...7, using: &random) }
      let elementBytes = [1, 2, 4, 8, 3].randomElement(using: &random) ?? 1
      let count = shape.reduce(1, *)
      let span = count == 0 ? 0 : zip(shape, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 }
      let bytes = (0..<span * elementBytes).map { _ in UInt8.random(in: 0...255, using: &random) }

      let input = GuardedBuffer(byteCount: bytes.count, alignment: 1)
      input.start.copyMemory(from: bytes, byteCount: bytes.count)
      let output = GuardedBuffer(byteCount: count * elementBytes, alignment: 1)
      let status = ramk_copy_strided(
        rank, shape, strides, elementBytes, input.start, output.start)

      #expect(status == RAMK_OK)
      let gathered = [UInt8](UnsafeRawBufferPointer(start: output.start, count: output.byteCount))
      let expected = reference(bytes, shape: shape, strides: strides, elementBytes: elementBytes)
      #expect(gathered == expected, "shape \(shape), strides \(strides), \(elementBytes) bytes")
      #expect(output.damage == nil)
    }
  }

  @Test func refusesWhatItCanNotCount() {
    let ones = [Int](repeating: 1, count: 65)
    var byte: UInt8 = 7
    var out: UInt8 = 0
    #expect(ramk_copy_strided(64, ones, ones, 1, &byte, &out) == RAMK_OK)
    #expect(out == 7)
    #expect(ramk_copy_strided(65, ones, ones, 1, &byte, &out) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_copy_strided(1, ones, ones, 0, &byte, &out) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_copy_strided(1, ones, nil, 1, &byte, &out) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_copy_strided(1, ones, ones, 1, nil, &out) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_copy_strided(1, [0], ones, 1, nil, nil) == RAMK_OK)
  }
}
