import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct FillUniformTests {
  private func fill(
    _ count: Int, seed: UInt64 = 7, center: Float = 0, magnitude: Float = 1, threads: UInt32 = 1
  ) -> [Float] {
    let context = KernelContext(RunnableImplementation.all[0], threads: threads)
    let buffer = GuardedBuffer(byteCount: count * 4, alignment: 4)
    let out = buffer.start.assumingMemoryBound(to: Float.self)
    let status = ramk_fill_uniform(context.pointer, seed, center, magnitude, count, out)
    #expect(status == RAMK_OK)
    #expect(buffer.damage == nil)
    return Array(UnsafeBufferPointer(start: out, count: count))
  }

  /// Two numbers a step of SplitMix64, the lower half first.
  @Test(arguments: [0, 1, 2, 3, 17, 1000])
  func givesTheGeneratorsNumbers(count: Int) {
    var generator = SeededGenerator(seed: 7)
    var expected: [Float] = []
    while expected.count < count {
      let bits = generator.next()
      for half in [bits, bits >> 32] {
        expected.append(Float(Int32(truncatingIfNeeded: half) >> 8) * 0x1p-23)
      }
    }
    #expect(fill(count) == Array(expected.prefix(count)))
  }

  /// Some tasks' worth, an odd number of them.
  @Test func threadsDoNotMatterAndLengthNeither() {
    let all = fill(200_001)
    #expect(fill(200_001, threads: 3) == all)
    #expect(fill(100_000) == Array(all.prefix(100_000)))
    #expect(fill(200_001, seed: 8) != all)
  }

  @Test func valuesAreSpreadEvenlyAndNeverSubnormal() {
    let values = fill(100_000, center: 3, magnitude: 2)
    #expect(values.allSatisfy { (1...5).contains($0) })
    let mean = values.reduce(0.0) { $0 + Double($1) } / 100_000
    let variance = values.reduce(0.0) { $0 + (Double($1) - 3) * (Double($1) - 3) } / 100_000
    #expect(abs(mean - 3) < 0.02)
    #expect(abs(variance - 4.0 / 3) < 0.02)
    #expect(fill(100_000).allSatisfy { !$0.isSubnormal })
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    withExtendedLifetime(context) {
      var value: Float = 0
      #expect(ramk_fill_uniform(nil, 1, 0, 1, 1, &value) == RAMK_INVALID_ARGUMENT)
      #expect(ramk_fill_uniform(context.pointer, 1, 0, 1, 1, nil) == RAMK_INVALID_ARGUMENT)
      #expect(ramk_fill_uniform(context.pointer, 1, 0, 1, 0, nil) == RAMK_OK)
      #expect(ramk_fill_uniform(context.pointer, 1, 0, 1, .max, &value) == RAMK_SIZE_OVERFLOW)
    }
  }
}
