import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct FirstNonFiniteTests {
  static func first(_ values: [Float], threads: UInt32 = 1) -> Int {
    let context = KernelContext(RunnableImplementation.all[0], threads: threads)
    let x = GuardedMatrix(values)
    return ramk_first_non_finite(context.pointer, x.pointer, values.count)
  }

  @Test func findsNothingInFiniteValues() {
    var generator = SeededGenerator(seed: 1)
    for count in [0, 1, 7, 64, 65_536, 65_537, 200_001] {
      var values = generator.nastyRows(count, 1)
      if count > 2 {
        values[count / 2] = .greatestFiniteMagnitude
        values[count - 1] = -.leastNonzeroMagnitude
      }
      #expect(Self.first(values, threads: 2) == count)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN, -.nan])
  func findsTheFirst(_ culprit: Float) {
    for index in [0, 1, 31, 32, 65_535, 65_536, 131_071, 140_000] {
      var values = [Float](repeating: 1, count: 140_001)
      values[index] = culprit
      #expect(Self.first(values, threads: 2) == index)
      // Later ones, in other threads' shares, do not matter.
      values[140_000] = .nan
      values[min(index + 70_000, 140_000)] = culprit
      #expect(Self.first(values, threads: 4) == index)
    }
  }

  @Test func aNullPointerHoldsNothingFinite() {
    let context = KernelContext(RunnableImplementation.all[0])
    #expect(ramk_first_non_finite(context.pointer, nil, 5) == 0)
    #expect(ramk_first_non_finite(nil, [1], 1) == 0)
  }
}
