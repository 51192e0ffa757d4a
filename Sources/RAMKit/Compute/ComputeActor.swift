#if canImport(Darwin)
  import Darwin
#endif
import Foundation

/// Where all compute of a process runs: one thread, which alone starts parallel loops.
///
/// OpenMP gives every calling thread a team of its own, so two callers on 8 cores would make 16
/// threads. With one caller there is one team, and Swift's cooperative threads never block: they
/// `await` their turn here.
@globalActor
package actor ComputeActor {
  package static let shared = ComputeActor()

  private let thread = ComputeThread()
  private let turns = TurnQueue()

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  /// Runs `body` on the compute thread, when its turn comes.
  ///
  /// - Throws: ``RAMKitError/cancelled``, at once, where the task is cancelled before `body` starts;
  ///   else what `body` throws.
  package static func run<Result: Sendable>(
    _ body: @ComputeActor () throws(RAMKitError) -> Result
  ) async throws(RAMKitError) -> Result {
    try await shared.turns.enter()
    defer { shared.turns.leave() }
    return try await body()
  }
}

/// A serial executor with a thread of its own, asleep while there is nothing to do.
private final class ComputeThread: SerialExecutor, @unchecked Sendable {
  // @unchecked: `jobs` is only touched while `condition` is locked.
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []

  init() {
    let thread = Thread { [self] in runForever() }
    thread.name = "ramkit.compute"
    thread.stackSize = 8 << 20
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  private func runForever() {
    while true {
      let job = condition.withLock {
        while jobs.isEmpty { condition.wait() }
        return jobs.removeFirst()
      }
      job.runSynchronously(on: asUnownedSerialExecutor())
    }
  }
}
