import Foundation
import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// A task that is cancelled ends with ``RAMKitError/cancelled``, wherever it is, and without waiting
/// for anyone; and the tagger goes on as if nothing had been.
@Suite struct CancellationTests {
  private let folder: TemporaryFolder
  private let url: URL

  init() throws {
    folder = try TemporaryFolder()
    url = folder.file("tiny.safetensors")
    try TinyCheckpoint.ram(labels: Self.labels).write(to: url)
  }

  /// Two panels of the recognition decoder, and a bit.
  private static let labels = 2050

  private func options() throws -> ModelOptions {
    ModelOptions(
      labels: try LabelSet(name: "tiny", labels: (0..<Self.labels).map { Label("label \($0)") }))
  }

  private func tagger() async throws -> Tagger {
    try await Tagger(contentsOf: url, options: options())
  }

  private static func photo(_ seed: UInt64 = 1, side: Int = 40) throws -> Photo {
    var random = SeededGenerator(seed: seed)
    let rgb = (0..<(side * side * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return .pixels(try RAMKit.Image(width: side, height: side, rgb: rgb))
  }

  private static func logits(_ tagger: Tagger) async throws -> [Float] {
    let options = TaggingOptions(keepsLogits: true)
    return try #require(try await tagger.tags(in: photo(), options: options).logits)
  }

  /// Runs `body` in a task that is cancelled already.
  private static func cancelled<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await body()
    }.value
  }

  // MARK: - Loading

  @Test func beforeAModelIsLoadedNothingIsOpened() async throws {
    let nowhere = folder.file("nowhere")
    await #expect(throws: RAMKitError.cancelled) {
      try await Self.cancelled { try await Tagger(contentsOf: nowhere) }
    }
  }

  /// A checkpoint that cancels the task that reads its third tensor.
  private final class CancellingSource: TensorSource {
    let checkpoint: Checkpoint
    let reads = Mutex(0)

    init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    var path: String { checkpoint.path }
    var formatName: String { checkpoint.formatName }
    var metadata: [String: String] { checkpoint.metadata }
    var tensorNames: [String] { checkpoint.tensorNames }

    func shape(of name: String) -> [Int]? { checkpoint.shape(of: name) }

    func copyFloats(
      of name: String, compute: ComputeContext, to out: UnsafeMutablePointer<Float>
    ) throws(RAMKitError) {
      let count = reads.withLock { count in
        count += 1
        return count
      }
      if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      try checkpoint.copyFloats(of: name, compute: compute, to: out)
    }
  }

  @Test func aLoadEndsWithTheTensorThatIsBeingRead() async throws {
    let source = CancellingSource(try Checkpoint(contentsOf: url))
    let options = try options()
    let load = Task {
      try await ComputeActor.run { () throws(RAMKitError) in
        _ = try Tagger.load(source, options: options, compute: ComputeContext(threads: 1))
      }
    }
    await #expect(throws: RAMKitError.cancelled) { try await load.value }
    #expect(source.reads.withLock { $0 } == 3)
  }

  /// A tensor of many pieces is not read to its end.
  @Test func aLoadEndsWithinALargeTensor() async throws {
    let large = folder.file("large.safetensors")
    var tiny = TinyCheckpoint.ram()
    let count = 3 << 20
    tiny.tensors["large"] = .init(shape: [count], values: Array(repeating: 1, count: count))
    try tiny.write(to: large)
    let checkpoint = try Checkpoint(contentsOf: large)
    let tensor = try #require(checkpoint.tensors["large"])
    let pieces = Counter()
    let reading = Task {
      try checkpoint.forEachPiece(of: tensor) { (_, _) throws(RAMKitError) in
        pieces.increment()
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    await #expect(throws: RAMKitError.cancelled) { try await reading.value }
    #expect(pieces.value == 1)
  }

  // MARK: - Waiting

  /// While the compute thread is held up, those that wait for it can leave.
  @Test func aTaskThatWaitsForTheComputeThreadLeavesAtOnce() async throws {
    let tagger = try await tagger()
    let expected = try await Self.logits(tagger)
    let tokens = try await tagger.encode(Self.photo())
    let (holds, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let holder = Task {
      try await ComputeActor.run { () throws(RAMKitError) in
        holds.signal()
        release.wait()
      }
    }
    await Self.wait(for: holds)
    let url = url
    let waiting = [
      Task { _ = try await tagger.tags(in: tokens) },
      Task { _ = try await tagger.encode(Self.photo()) },
      Task { _ = try await Tagger(contentsOf: url) },
      Task { for try await _ in tagger.taggings(of: [try Self.photo()]) {} },
    ]
    let patient = Task { try await Self.logits(tagger) }
    for task in waiting { task.cancel() }
    for task in waiting {
      await #expect(throws: RAMKitError.cancelled) { try await task.value }
    }
    release.signal()
    try await holder.value
    #expect(try await patient.value == expected)
  }

  /// While all threads that decode are held up, those that wait for one can leave.
  @Test func aTaskThatWaitsForADecoderLeavesAtOnce() async throws {
    let tagger = try await tagger()
    let expected = try await Self.logits(tagger)
    let hold = await PhotoThreadsHold()
    let waiting = (0..<3).map { index in
      Task { _ = try await tagger.tags(in: Self.photo(UInt64(index))) }
    }
    for task in waiting { task.cancel() }
    for task in waiting {
      await #expect(throws: RAMKitError.cancelled) { try await task.value }
    }
    hold.end()
    #expect(try await Self.logits(tagger) == expected)
  }

  /// Waits on a thread that may be waited on.
  fileprivate static func wait(for semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        semaphore.wait()
        continuation.resume()
      }
    }
  }

  // MARK: - Working

  private final class Names: Sendable {
    private let names = Mutex<[String]>([])

    var all: [String] { names.withLock { $0 } }

    func append(_ name: String) { names.withLock { $0.append(name) } }
  }

  /// What the trace of a forward pass saw up to its end, where it cancels its task at `step`.
  private func trace(cancelAt step: String) async throws -> [String] {
    let model = try await ComputeActor.run { [url] () throws(RAMKitError) in
      try Tagger.load(
        url, options: (try? options()) ?? ModelOptions(), compute: ComputeContext(threads: 2))
    }
    let seen = Names()
    let pass = Task {
      try await ComputeActor.run { () throws(RAMKitError) in
        let side = model.input.side
        let photo = try Matrix(
          rows: 1, columns: 3 * side * side, values: Array(repeating: 0.5, count: 3 * side * side))
        let trace: Trace = { name, _ in
          seen.append(name)
          if name == step { withUnsafeCurrentTask { $0?.cancel() } }
        }
        let tokens = try model.encode(photo, trace: trace)
        _ = try model.logits(of: model.labels, in: tokens[0], trace: trace)
      }
    }
    await #expect(throws: RAMKitError.cancelled) { try await pass.value }
    return seen.all
  }

  @Test func theEncoderEndsWithTheBlockThatRuns() async throws {
    let first = try await trace(cancelAt: "layers.0.blocks.0")
    #expect(!first.contains { $0.hasPrefix("layers.1.blocks") })
    let second = try await trace(cancelAt: "layers.1.blocks.0")
    #expect(second.contains("layers.1.blocks.0"))
    #expect(!second.contains { $0.hasPrefix("layers.1.blocks.1") })
  }

  @Test func theDecoderEndsWithThePanelThatRuns() async throws {
    let seen = try await trace(cancelAt: "fc")
    #expect(seen.filter { $0 == "fc" }.count == 1)
  }

  /// Whatever comes of it, a photo that was cancelled in the middle leaves nothing behind.
  @Test func photosCancelledAtAnyTimeLeaveTheTaggerAsItWas() async throws {
    weak var observed: Tagger?
    do {
      let tagger = try await tagger()
      observed = tagger
      let expected = try await Self.logits(tagger)
      let jpeg = try GoldenPhotos.bytes("photos/astronaut.webp")
      var random = SeededGenerator(seed: 4)
      for round in 0..<40 {
        let pause = Int.random(in: 0..<8, using: &random)
        let task = Task {
          switch round % 3 {
          case 0: _ = try await tagger.tags(in: .data(Data(jpeg), name: "photo"))
          case 1: _ = try await Self.logits(tagger)
          default:
            for try await _ in tagger.taggings(of: [try Self.photo(), try Self.photo(2)]) {}
          }
        }
        try await Task.sleep(for: .milliseconds(pause))
        task.cancel()
        do { try await task.value } catch { #expect(error as? RAMKitError == .cancelled) }
      }
      #expect(try await Self.logits(tagger) == expected)
    }
    // Work that was given up may still be on its way out.
    for _ in 0..<500 where observed != nil { try await Task.sleep(for: .milliseconds(10)) }
    #expect(observed == nil)
  }

  @Test func aSequenceThatIsLeftEarlyStopsPreparing() async throws {
    let tagger = try await tagger()
    let drawn = Counter()
    let photos = (0..<1000).lazy.map { index in
      drawn.increment()
      return Photo.data(Data(), name: "\(index)")
    }
    for try await _ in tagger.taggings(of: photos, lookAhead: 2) { break }
    #expect(drawn.value <= 1 + 2)
  }
}

/// Holds up all threads that prepare photos.
private struct PhotoThreadsHold {
  private let release = DispatchSemaphore(value: 0)
  private var count = 0

  /// Comes back once they are held.
  init() async {
    let holds = DispatchSemaphore(value: 0)
    for queue in PhotoThreads.queues {
      for _ in 0..<queue.maxConcurrentOperationCount {
        count += 1
        queue.addOperation { [release] in
          holds.signal()
          release.wait()
        }
      }
    }
    for _ in 0..<count { await CancellationTests.wait(for: holds) }
  }

  func end() {
    for _ in 0..<count { release.signal() }
  }
}
