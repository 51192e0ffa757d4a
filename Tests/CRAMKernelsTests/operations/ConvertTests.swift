import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct ConvertTests {
  /// Converts `elements`, whose bytes touch the fence or, where `misaligned`, lie an odd byte off.
  static func convert<Element: BitwiseCopyable>(
    _ elements: [Element], as type: ramk_element_type, misaligned: Bool = false,
    _ context: KernelContext
  ) throws -> [Float] {
    try converted(elements, count: elements.count, as: type, misaligned: misaligned, context)
  }

  /// Converts the bytes of `stored`, which hold `count` elements.
  static func converted<Stored: BitwiseCopyable>(
    _ stored: [Stored], count: Int, as type: ramk_element_type, misaligned: Bool,
    _ context: KernelContext
  ) throws -> [Float] {
    let bytes = stored.count * MemoryLayout<Stored>.stride
    let buffer = GuardedBuffer(byteCount: bytes + (misaligned ? 1 : 0), alignment: 1)
    stored.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: buffer.start, count: bytes).copyMemory(from: $0)
    }
    let out = GuardedMatrix(rows: 1, columns: count)
    let status = ramk_convert_to_float32(context.pointer, type, buffer.start, count, out.pointer)
    try #require(status == RAMK_OK)
    #expect(out.damage == nil)
    return out.values
  }

  static func expectSame<Element: BitwiseCopyable>(
    _ elements: [Element], as type: ramk_element_type, _ context: KernelContext,
    _ expected: (Element) -> Float
  ) throws {
    for misaligned in [false, true] {
      let actual = try convert(elements, as: type, misaligned: misaligned, context)
      let wrong = elements.indices.first {
        !ElementReference.same(actual[$0], expected(elements[$0]))
      }
      #expect(wrong == nil, "\(wrong.map { "\(elements[$0]) became \(actual[$0])" } ?? "")")
    }
  }

  /// Every bit pattern there is: zeros, subnormals, infinities and NaN among them.
  @Test(arguments: RunnableImplementation.all)
  func halvesAreExact(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation, threads: 2)
    let patterns = Array(UInt16.min...UInt16.max)
    try Self.expectSame(patterns, as: RAMK_ELEMENT_FLOAT16, context, ElementReference.float16)
    try Self.expectSame(patterns, as: RAMK_ELEMENT_BFLOAT16, context, ElementReference.bfloat16)
  }

  @Test(arguments: RunnableImplementation.all)
  func widerTypesRoundToNearest(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    var generator = SeededGenerator(seed: 3)
    // Of all magnitudes, so that some lie half way between two floats.
    let integers: [Int64] =
      [0, -1, .min, .max, 0x100_0001, 0x100_0003, -0x7FFF_FFBF_FFFF_FFFF]
      + (0..<1000).map { _ in Int64(bitPattern: generator.next()) >> (generator.next() % 64) }
    try Self.expectSame(integers, as: RAMK_ELEMENT_INT64, context) { Float($0) }
    let short = integers.map { Int32(truncatingIfNeeded: $0) } + [.min, .max]
    try Self.expectSame(short, as: RAMK_ELEMENT_INT32, context) { Float($0) }
    try Self.expectSame(Array(UInt8.min...UInt8.max), as: RAMK_ELEMENT_UINT8, context) { Float($0) }
    try Self.expectSame(Array(Int8.min...Int8.max), as: RAMK_ELEMENT_INT8, context) { Float($0) }
    let doubles: [Double] =
      [0, -0.0, .infinity, .nan, .greatestFiniteMagnitude, 1 + 0x1p-24, 0x1p-149, 0x1p-150]
      + (0..<1000).map { _ in Double(bitPattern: generator.next()) }
      + integers.map { Double($0) * 1e-9 }
    try Self.expectSame(doubles, as: RAMK_ELEMENT_FLOAT64, context) { Float($0) }
    try Self.expectSame(doubles.map(Float.init), as: RAMK_ELEMENT_FLOAT32, context) { $0 }
  }

  @Test(arguments: RunnableImplementation.all)
  func anyCount(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation, threads: 3)
    for count in Array(0...35) + [65_535, 65_536, 65_537, 200_003] {
      let halves = (0..<count).map { UInt16(truncatingIfNeeded: $0 * 7) }
      try Self.expectSame(halves, as: RAMK_ELEMENT_FLOAT16, context, ElementReference.float16)
    }
  }

  /// Random scales of every kind, beside random bytes; counts around the ends of vectors and tasks.
  @Test(arguments: RunnableImplementation.all)
  func blocksOfBytesAreExact(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation, threads: 2)
    var generator = SeededGenerator(seed: 5)
    let scales: [UInt16] = [0, 0x8000, 1, 0x83FF, 0x0400, 0x3C00, 0x7BFF, 0xFBFF, 0x7C00, 0x7E01]
    for blocks in [0, 1, 2, 3, 17, 2047, 2048, 2049] {
      var bytes: [UInt8] = []
      for block in 0..<blocks {
        let scale = block < scales.count ? scales[block] : UInt16(generator.next() % 0x7C00)
        bytes += [UInt8(scale & 0xFF), UInt8(scale >> 8), 0x80, 0x7F, 0, 0xFF]
        bytes += (0..<28).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      }
      let expected = ElementReference.q8_0(bytes)
      for misaligned in [false, true] {
        let actual = try Self.converted(
          bytes, count: blocks * 32, as: RAMK_ELEMENT_Q8_0, misaligned: misaligned, context)
        let wrong = expected.indices.first { !ElementReference.same(actual[$0], expected[$0]) }
        #expect(wrong == nil, "element \(wrong ?? 0) of \(blocks) blocks")
      }
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let x: [Float] = [1, 2]
    let out = GuardedMatrix(rows: 1, columns: 2)
    func status(
      type: ramk_element_type = RAMK_ELEMENT_FLOAT32, in input: UnsafeRawPointer?,
      count: Int = 2, out: UnsafeMutablePointer<Float>?
    ) -> ramk_status {
      ramk_convert_to_float32(context.pointer, type, input, count, out)
    }
    x.withUnsafeBytes {
      let start = $0.baseAddress
      #expect(status(in: nil, out: out.pointer) == RAMK_INVALID_ARGUMENT)
      #expect(status(in: start, out: nil) == RAMK_INVALID_ARGUMENT)
      let unknown = ramk_element_type(rawValue: 99)
      #expect(status(type: unknown, in: start, out: out.pointer) == RAMK_INVALID_ARGUMENT)
      #expect(
        status(type: RAMK_ELEMENT_Q8_0, in: start, out: out.pointer) == RAMK_INVALID_ARGUMENT)
      #expect(status(in: start, count: .max, out: out.pointer) == RAMK_SIZE_OVERFLOW)
      #expect(
        ramk_convert_to_float32(nil, RAMK_ELEMENT_FLOAT32, start, 2, out.pointer)
          == RAMK_INVALID_ARGUMENT)
      #expect(out.isUntouched)
      #expect(status(in: nil, count: 0, out: nil) == RAMK_OK)
    }
  }
}
