import Foundation
import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// Minutes of work from many tasks on several taggers, with broken photos and cancellations at any
/// time: answers stay the same to the bit, and the process takes no more than it did after the first
/// of them. `Scripts/soak` runs it; nobody else does.
@Suite(.enabled(if: soakMinutes != nil, "Scripts/soak runs it"))
struct SoakTests {
  private static let workers = 12

  @Test func answersStayTheSameAndNothingGrows() async throws {
    let duration = Duration.seconds(60 * (try #require(soakMinutes)))
    let subjects = try await SoakSubjects()
    let tally = SoakTally()
    let end = ContinuousClock.now + duration
    let uses = try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<Self.workers {
        group.addTask {
          var worker = SoakWorker(subjects: subjects, tally: tally, seed: UInt64(worker))
          while ContinuousClock.now < end { try await worker.work() }
        }
      }
      defer { group.cancelAll() }
      let uses = try await Self.observe(until: end, tally)
      try await group.waitForAll()
      return uses
    }
    print("soak: \(tally)")
    #expect(tally.faults.isEmpty)
    #expect(tally.finished > Self.workers && tally.cancelled > 0 && tally.refused > 0)
    try Self.expectNoGrowth(uses)
  }

  /// What the process takes, second by second.
  private static func observe(
    until end: ContinuousClock.Instant, _ tally: SoakTally
  ) async throws -> [ProcessUse] {
    var uses: [ProcessUse] = []
    while ContinuousClock.now < end {
      try await Task.sleep(for: .seconds(1))
      guard let use = ProcessUse() else { continue }
      uses.append(use)
      if uses.count % 60 == 1 { print("soak: \(use); \(tally)") }
    }
    return uses
  }

  /// Pools fill in the first quarter. From then on, the middle of memory stays where it is, and there
  /// is never a thread or a descriptor more than the work at hand takes.
  private static func expectNoGrowth(_ uses: [ProcessUse]) throws {
    let quarter = uses.count / 4
    try #require(quarter > 0)
    func middle(_ range: Range<Int>) -> Int {
      uses[range].map(\.residentBytes).sorted()[range.count / 2]
    }
    let (early, late) = (middle(quarter..<2 * quarter), middle(3 * quarter..<4 * quarter))
    print("soak: memory \(early >> 10) kB early, \(late >> 10) kB late")
    #expect(late <= early + early / 20 + (8 << 20))
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let threads = uses.map(\.threads)
    print("soak: threads \(threads.min() ?? 0) to \(threads.max() ?? 0), \(cores) cores")
    // Swift's own, the kernels', those that decode photos, and the system's and conversions' few.
    #expect((threads.max() ?? 0) <= 3 * cores + 4 + workers + 10)
    let descriptors = uses.map(\.descriptors)
    print("soak: descriptors \(descriptors.min() ?? 0) to \(descriptors.max() ?? 0)")
    #expect((descriptors.max() ?? 0) <= (descriptors.min() ?? 0) + 3 * workers)
  }
}

private let soakMinutes = ProcessInfo.processInfo.environment["RAMKIT_SOAK_MINUTES"]
  .flatMap(Double.init)
