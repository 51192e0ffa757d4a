import CRAMKernels
import Foundation
import Testing
import _RAMKitTestSupport

/// Parallel loops under several callers at once: each gets its own right result, and none hangs.
@Suite struct ConcurrentCallersTests {
  @Test func callersDoNotDisturbEachOther() throws {
    let (rows, columns) = (700, 61)
    let implementation = RunnableImplementation.all[RunnableImplementation.all.count - 1]
    let inputs = (0..<4).map { seed in
      var generator = SeededGenerator(seed: UInt64(seed))
      return generator.floats(rows * columns, magnitude: 5)
    }
    @Sendable func softmax(_ x: [Float], threads: UInt32) throws -> [UInt32] {
      let context = KernelContext(implementation, threads: threads)
      return try RowTests.softmax(x, rows: rows, columns: columns, context)
        .values.map(\.bitPattern)
    }
    let expected = try inputs.map { try softmax($0, threads: 1) }
    let wrong = Counter()
    DispatchQueue.concurrentPerform(iterations: 24) { index in
      let caller = index % inputs.count
      let result = try? softmax(inputs[caller], threads: UInt32(1 + index % 5))
      if result != expected[caller] { wrong.increment() }
    }
    #expect(wrong.value == 0)
  }

  final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    var value: Int { lock.withLock { count } }
    func increment() { lock.withLock { count += 1 } }
  }
}
