import Synchronization

/// What came of the work so far.
final class SoakTally: Sendable, CustomStringConvertible {
  private struct Counts: Sendable {
    var finished = 0
    var cancelled = 0
    var refused = 0
    var faults: [String] = []
  }

  private let counts = Mutex(Counts())

  var finished: Int { counts.withLock { $0.finished } }
  var cancelled: Int { counts.withLock { $0.cancelled } }
  /// Photos that are none, told apart as they have to be.
  var refused: Int { counts.withLock { $0.refused } }
  /// What must not happen, the first few of it.
  var faults: [String] { counts.withLock { $0.faults } }

  func finish() { counts.withLock { $0.finished += 1 } }
  func cancel() { counts.withLock { $0.cancelled += 1 } }
  func refuse() { counts.withLock { $0.refused += 1 } }

  func fault(_ what: String) {
    counts.withLock { counts in
      if counts.faults.count < 20 { counts.faults.append(what) }
    }
  }

  var description: String {
    counts.withLock { counts in
      "\(counts.finished) jobs finished, \(counts.cancelled) cancelled, \(counts.refused) broken "
        + "photos refused, \(counts.faults.count) faults"
    }
  }
}
