import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct RoundToBfloat16Tests {
  static func rounded(_ values: [Float], threads: UInt32 = 1) throws -> [UInt16] {
    let context = KernelContext(RunnableImplementation.all[0], threads: threads)
    let x = GuardedMatrix(values)
    let out = GuardedBuffer(byteCount: values.count * 2, alignment: 2)
    let start = out.start.bindMemory(to: UInt16.self, capacity: values.count)
    let status = ramk_round_to_bfloat16(context.pointer, x.pointer, values.count, start)
    try #require(status == RAMK_OK)
    #expect(out.damage == nil)
    return Array(UnsafeBufferPointer(start: start, count: values.count))
  }

  static func expectNearest(_ values: [Float], threads: UInt32 = 1) throws {
    let actual = try rounded(values, threads: threads)
    let wrong = values.indices.first {
      actual[$0] != ElementReference.rounded(toBfloat16: values[$0])
    }
    #expect(wrong == nil, "\(wrong.map { "\(values[$0]) became \(actual[$0])" } ?? "")")
  }

  /// Every upper half that there is, with the lower halves around which rounding turns.
  @Test func roundsToNearestAndTiesToEven() throws {
    for lower: UInt32 in [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF] {
      try Self.expectNearest(
        (UInt32(0)...0xFFFF).map { Float(bitPattern: $0 << 16 | lower) }, threads: 2)
    }
    var generator = SeededGenerator(seed: 11)
    try Self.expectNearest(
      (0..<10_000).map { _ in
        Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      })
  }

  @Test func whatIsAlreadyOneStaysAsItIs() throws {
    let patterns = (UInt16.min...UInt16.max).filter { ElementReference.bfloat16($0).isFinite }
    #expect(try Self.rounded(patterns.map(ElementReference.bfloat16)) == patterns)
  }

  @Test func anyCount() throws {
    for count in Array(0...35) + [65_535, 65_536, 65_537, 200_003] {
      try Self.expectNearest((0..<count).map { Float($0) * 1.0009765 }, threads: 3)
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    var out: [UInt16] = [7, 7]
    #expect(ramk_round_to_bfloat16(nil, [1, 2], 2, &out) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_round_to_bfloat16(context.pointer, nil, 2, &out) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_round_to_bfloat16(context.pointer, [1, 2], 2, nil) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_round_to_bfloat16(context.pointer, [1, 2], .max, &out) == RAMK_SIZE_OVERFLOW)
    #expect(out == [7, 7])
    #expect(ramk_round_to_bfloat16(context.pointer, nil, 0, nil) == RAMK_OK)
  }
}
