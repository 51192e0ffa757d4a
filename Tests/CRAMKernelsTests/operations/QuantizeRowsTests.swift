import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct QuantizeRowsTests {
  private static func quantized(
    _ values: [Float], rows: Int, columns: Int, padding: Int = 0, threads: UInt32 = 1
  ) throws -> (bytes: [Int8], scales: [Float]) {
    let context = KernelContext(RunnableImplementation.all[0], threads: threads)
    let x = GuardedMatrix(
      rows: rows, columns: columns, stride: columns + padding, values: values)
    var bytes = [Int8](repeating: 99, count: rows * columns)
    let scales = GuardedMatrix(rows: 1, columns: rows)
    let status = ramk_quantize_rows(
      context.pointer, rows, columns, x.pointer, x.stride, &bytes, scales.pointer)
    try #require(status == RAMK_OK)
    #expect(scales.damage == nil && x.damage == nil)
    return (bytes, scales.values)
  }

  /// A row's largest number becomes 127 or -127, and no number moves by more than half a scale.
  @Test(arguments: [(1, 1), (3, 31), (17, 256), (5, 1537)])
  func numbersMoveByHalfAScaleAtMost(_ rows: Int, _ columns: Int) throws {
    var generator = SeededGenerator(seed: UInt64(rows))
    let values = generator.floats(rows * columns, magnitude: 3)
    let (bytes, scales) = try Self.quantized(values, rows: rows, columns: columns, padding: 2)
    for row in 0..<rows {
      let part = row * columns..<(row + 1) * columns
      #expect(bytes[part].map { abs(Int($0)) }.max() == 127)
      for (value, byte) in zip(values[part], bytes[part]) {
        let error = abs(Double(value) - Double(scales[row]) * Double(byte))
        #expect(error <= Double(scales[row]) * (0.5 + 1e-4))
      }
    }
  }

  /// What is a multiple of its row's scale already stays as it is, so rounding twice is rounding once.
  @Test func bytesStayBytes() throws {
    var generator = SeededGenerator(seed: 4)
    let values = generator.floats(7 * 300)
    let once = try Self.quantized(values, rows: 7, columns: 300)
    let back = once.bytes.indices.map { Float(once.bytes[$0]) * once.scales[$0 / 300] }
    let twice = try Self.quantized(back, rows: 7, columns: 300, threads: 3)
    #expect(once.bytes == twice.bytes)
  }

  @Test func zerosAndNumbersThatAreNone() throws {
    let rows: [[Float]] = [[0, -0.0], [.nan, 1], [1, -.infinity], [0x1p-140, 0]]
    let (bytes, scales) = try Self.quantized(rows.flatMap { $0 }, rows: 4, columns: 2)
    #expect(bytes[0...1] == [0, 0] && scales[0] == 0)
    #expect(scales[1].isNaN && scales[2].isNaN)
    #expect(bytes[6...7] == [0, 0] && scales[3] < .leastNormalMagnitude)
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix([1, 2, 3, 4])
    var bytes = [Int8](repeating: 0, count: 4)
    var scales = [Float](repeating: 0, count: 2)
    let run = { (rows: Int, x: UnsafePointer<Float>?, stride: Int) in
      ramk_quantize_rows(context.pointer, rows, 2, x, stride, &bytes, &scales)
    }
    #expect(run(2, nil, 2) == RAMK_INVALID_ARGUMENT)
    #expect(run(2, x.pointer, 1) == RAMK_INVALID_ARGUMENT)
    #expect(run(.max, x.pointer, 2) == RAMK_SIZE_OVERFLOW)
    #expect(run(0, nil, 2) == RAMK_OK)
    #expect(
      ramk_quantize_rows(context.pointer, 2, 2, x.pointer, 2, nil, &scales)
        == RAMK_INVALID_ARGUMENT)
    #expect(run(2, x.pointer, 2) == RAMK_OK)
  }
}
