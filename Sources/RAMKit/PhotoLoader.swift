import Foundation
import Synchronization

/// Reads, decodes, resizes and scales photos on threads of its own, beside compute.
///
/// Swift's cooperative threads must not wait for disks, and a decoder has no place to suspend.
final class PhotoLoader: Sendable {
  /// A photo as the model takes it.
  struct PreparedPhoto: Sendable {
    /// One row of the model's input layout.
    let values: Matrix
    let width: Int
    let height: Int
    let duration: Duration
  }

  private let queue: OperationQueue
  private let input: PhotoInput
  private let compute: ComputeContext

  init(input: PhotoInput, compute: ComputeContext) {
    self.input = input
    self.compute = compute
    queue = PhotoThreads.queue(threads: compute.threads)
  }

  /// Prepares a photo. A task that is cancelled does not wait for it: what is not begun is never
  /// begun, and what is under way ends with its stage, seen by nobody.
  func prepare(
    _ photo: Photo, options: TaggingOptions
  ) async throws(RAMKitError) -> PreparedPhoto {
    let operation = LoadOperation { [self] (isCancelled) throws(RAMKitError) in
      try prepareNow(photo, options: options, isCancelled: isCancelled)
    }
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if operation.begin(continuation) { queue.addOperation(operation) }
      }
    } onCancel: {
      operation.cancel()
    }.get()
  }

  private func prepareNow(
    _ photo: Photo, options: TaggingOptions, isCancelled: () -> Bool
  ) throws(RAMKitError) -> PreparedPhoto {
    let start = ContinuousClock.now
    let image = try ImageDecoder().decode(
      photo, preparation: options.preparation, limits: options.limits)
    if isCancelled() { throw .cancelled }
    let square = try image.resized(width: input.side, height: input.side)
    if isCancelled() { throw .cancelled }
    let values = try Matrix(rows: 1, columns: 3 * input.side * input.side, pool: compute.pool)
    try compute.normalize(square, by: input, into: values)
    return PreparedPhoto(
      values: values, width: image.width, height: image.height,
      duration: ContinuousClock.now - start)
  }
}

/// The threads of the process that prepare photos: its taggers share them, however many there are.
package enum PhotoThreads {
  /// More would only take cores from compute.
  private static let maximum = 4

  /// By how many photos each prepares at a time, from 1.
  package static let queues: [OperationQueue] = (1...maximum).map { threads in
    let queue = OperationQueue()
    queue.name = "ramkit.photos"
    queue.maxConcurrentOperationCount = threads
    return queue
  }

  /// The queue of taggers that compute on so many threads.
  static func queue(threads: Int) -> OperationQueue {
    queues[max(1, min(threads, maximum)) - 1]
  }
}

/// One photo's turn: it answers its continuation exactly once, and at once where it is cancelled.
private final class LoadOperation: Operation, @unchecked Sendable {
  // @unchecked: `Operation` is made for several threads, and what is added here never changes or is
  // locked.
  typealias Outcome = Result<PhotoLoader.PreparedPhoto, RAMKitError>
  typealias Work =
    @Sendable (_ isCancelled: () -> Bool) throws(RAMKitError) ->
    PhotoLoader.PreparedPhoto

  private let continuation = Mutex<CheckedContinuation<Outcome, Never>?>(nil)
  private let work: Work

  init(work: @escaping Work) {
    self.work = work
  }

  /// Takes who waits for the photo; false where that is over already, and there is nothing to run.
  func begin(_ waiting: CheckedContinuation<Outcome, Never>) -> Bool {
    continuation.withLock { $0 = waiting }
    // Either this sees that the task was cancelled, or cancelling sees the continuation.
    if isCancelled { answer(.failure(.cancelled)) }
    return !isCancelled
  }

  override func main() {
    guard !isCancelled else { return }
    answer(Outcome { () throws(RAMKitError) in try work { isCancelled } })
  }

  override func cancel() {
    super.cancel()
    answer(.failure(.cancelled))
  }

  private func answer(_ outcome: Outcome) {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(returning: outcome)
  }
}
