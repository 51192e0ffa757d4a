import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct ScaleRowsTests {
  /// Whole matrices and pieces of them, that begin and end within rows; around the ends of tasks.
  @Test func eachNumberTimesItsRowsScale() throws {
    let context = KernelContext(RunnableImplementation.all[0], threads: 3)
    var generator = SeededGenerator(seed: 4)
    let sizes = [(1, 1), (3, 0), (3, 7), (384, 65_536), (17, 65_537), (200_000, 140_001)]
    for (columns, count) in sizes {
      for first in [0, 1, columns - 1, columns, 5 * columns + columns / 2] {
        let x = generator.floats(count, magnitude: 3)
        let scales = GuardedMatrix(
          generator.floats((first + count + columns - 1) / columns, magnitude: 2))
        let out = GuardedMatrix(x)
        try #require(
          ramk_scale_rows(context.pointer, first, count, columns, scales.pointer, out.pointer)
            == RAMK_OK)
        #expect(out.damage == nil && scales.damage == nil)
        let expected = x.indices.map { x[$0] * scales.pointer[(first + $0) / columns] }
        #expect(out.values == expected, "\(count) from \(first) on, rows of \(columns)")
      }
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let (x, scales) = (GuardedMatrix([1, 2, 3]), GuardedMatrix([2]))
    func status(
      first: Int = 0, count: Int = 3, columns: Int = 3, _ scales: UnsafePointer<Float>?,
      _ x: UnsafeMutablePointer<Float>?
    ) -> ramk_status {
      ramk_scale_rows(context.pointer, first, count, columns, scales, x)
    }
    #expect(status(nil, x.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(status(scales.pointer, nil) == RAMK_INVALID_ARGUMENT)
    #expect(status(columns: 0, scales.pointer, x.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(status(first: .max, scales.pointer, x.pointer) == RAMK_SIZE_OVERFLOW)
    #expect(ramk_scale_rows(nil, 0, 3, 3, scales.pointer, x.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(x.values == [1, 2, 3])
    #expect(status(count: 0, nil, nil) == RAMK_OK)
  }
}
