/// Takes time and counts work from one step of a model's trace to the next.
///
/// A step's name is what its tensor is called; all that happens up to its end belongs to it, and
/// what follows the last step belongs to that, so the steps add up to the whole.
@ComputeActor
final class StageRecorder {
  /// What one step took, over all its turns.
  struct Lap: Sendable {
    let name: String
    var duration: Duration = .zero
    var work = 0
  }

  /// In the order in which they first came.
  private(set) var laps: [Lap] = []

  private let compute: ComputeContext
  private var places: [String: Int] = [:]
  private var last: (time: ContinuousClock.Instant, work: Int)

  /// Starts the clock.
  init(_ compute: ComputeContext) {
    self.compute = compute
    last = (.now, compute.work)
  }

  /// What a model is to call when a step's tensor is there.
  var trace: Trace { { [self] name, _ in mark(name) } }

  /// Stops the clock.
  func finish() -> [Lap] {
    mark(laps.last?.name ?? "all")
    return laps
  }

  private func mark(_ name: String) {
    let now = (time: ContinuousClock.now, work: compute.work)
    let place: Int
    if let known = places[name] {
      place = known
    } else {
      place = laps.count
      places[name] = place
      laps.append(Lap(name: name))
    }
    laps[place].duration += now.time - last.time
    laps[place].work &+= now.work &- last.work
    last = now
  }
}
