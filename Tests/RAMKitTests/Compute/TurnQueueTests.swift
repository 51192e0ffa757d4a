import Foundation
import RAMKit
import Synchronization
import Testing

/// Turns on the compute thread: one at a time, in order.
@Suite struct TurnQueueTests {
  /// What goes on inside of a turn.
  private final class Observer: Sendable {
    private let state = Mutex((inside: 0, most: 0, turns: 0))

    var most: Int { state.withLock { $0.most } }
    var turns: Int { state.withLock { $0.turns } }

    func turn() {
      state.withLock { state in
        state.inside += 1
        state.most = max(state.most, state.inside)
        state.turns += 1
      }
      usleep(20)
      state.withLock { $0.inside -= 1 }
    }
  }

  @Test func turnsNeverOverlap() async throws {
    let observer = Observer()
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<200 {
        group.addTask {
          if index % 5 == 0 { withUnsafeCurrentTask { $0?.cancel() } }
          try? await ComputeActor.run { () throws(RAMKitError) in observer.turn() }
        }
      }
    }
    #expect(observer.most == 1)
    #expect(observer.turns == 160)
  }

  @Test func anErrorEndsATurn() async throws {
    for _ in 0..<3 {
      await #expect(throws: RAMKitError.fileNotFound(path: "x")) {
        try await ComputeActor.run { () throws(RAMKitError) in
          throw RAMKitError.fileNotFound(path: "x")
        }
      }
    }
    #expect(try await ComputeActor.run { () throws(RAMKitError) in 7 } == 7)
  }

  /// Cancelled before, while and after they wait: each is answered exactly once.
  @Test func turnsAreGivenUpAtAnyTime() async throws {
    let observer = Observer()
    let tasks = (0..<400).map { _ in
      Task { try await ComputeActor.run { () throws(RAMKitError) in observer.turn() } }
    }
    for (index, task) in tasks.enumerated() where index % 3 != 0 { task.cancel() }
    var (finished, cancelled) = (0, 0)
    for task in tasks {
      do {
        try await task.value
        finished += 1
      } catch {
        #expect(error as? RAMKitError == .cancelled)
        cancelled += 1
      }
    }
    #expect(finished == observer.turns)
    #expect(observer.most == 1)
    #expect(finished + cancelled == tasks.count)
    #expect(finished >= 134)
  }
}
