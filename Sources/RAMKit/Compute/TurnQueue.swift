import Synchronization

/// Lets one task at a time through, in the order in which they came. A task that is cancelled while it
/// waits leaves at once, however long the one in front takes.
final class TurnQueue: Sendable {
  private struct Waiter: Sendable {
    let id: Int
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State: Sendable {
    var isTaken = false
    var waiters: [Waiter] = []
    var lastID = 0
  }

  private let state = Mutex(State())

  /// Waits for a turn, which ``leave()`` has to end.
  ///
  /// - Throws: ``RAMKitError/cancelled``; there is no turn then.
  func enter() async throws(RAMKitError) {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    let hasTurn = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if let answer = begin(id, continuation) { continuation.resume(returning: answer) }
      }
    } onCancel: {
      withdraw(id)?.resume(returning: false)
    }
    guard hasTurn else { throw .cancelled }
  }

  /// Ends a turn; the first one that waits has the next.
  func leave() {
    let next = state.withLock { state -> Waiter? in
      state.isTaken = !state.waiters.isEmpty
      return state.waiters.isEmpty ? nil : state.waiters.removeFirst()
    }
    next?.continuation.resume(returning: true)
  }

  /// Whether there is a turn; nil where it has to be waited for.
  private func begin(_ id: Int, _ continuation: CheckedContinuation<Bool, Never>) -> Bool? {
    state.withLock { state in
      // A task is marked as cancelled before its handler runs, so one of the two sees the other.
      if Task.isCancelled { return false }
      if !state.isTaken {
        state.isTaken = true
        return true
      }
      state.waiters.append(Waiter(id: id, continuation: continuation))
      return nil
    }
  }

  private func withdraw(_ id: Int) -> CheckedContinuation<Bool, Never>? {
    state.withLock { state in
      state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
    }
  }
}
