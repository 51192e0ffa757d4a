import Foundation

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
    queue = OperationQueue()
    queue.name = "ramkit.photos"
    queue.maxConcurrentOperationCount = max(1, min(compute.threads, 4))
  }

  /// Prepares a photo; where the task is cancelled before its turn comes, nothing is read.
  func prepare(
    _ photo: Photo, options: TaggingOptions
  ) async throws(RAMKitError) -> PreparedPhoto {
    let operation = LoadOperation { [self] () throws(RAMKitError) in
      try prepareNow(photo, options: options)
    }
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        operation.continuation = continuation
        queue.addOperation(operation)
      }
    } onCancel: {
      operation.cancel()
    }.get()
  }

  private func prepareNow(
    _ photo: Photo, options: TaggingOptions
  ) throws(RAMKitError) -> PreparedPhoto {
    let start = ContinuousClock.now
    let image = try ImageDecoder().decode(
      photo, preparation: options.preparation, limits: options.limits)
    let square = try image.resized(width: input.side, height: input.side)
    let values = try Matrix(rows: 1, columns: 3 * input.side * input.side, pool: compute.pool)
    try compute.normalize(square, by: input, into: values)
    return PreparedPhoto(
      values: values, width: image.width, height: image.height,
      duration: ContinuousClock.now - start)
  }
}

/// One photo's turn: it answers its continuation exactly once, also when cancelled before it began.
private final class LoadOperation: Operation, @unchecked Sendable {
  // @unchecked: `continuation` is written before the operation is queued, and read when it runs.
  typealias Outcome = Result<PhotoLoader.PreparedPhoto, RAMKitError>

  var continuation: CheckedContinuation<Outcome, Never>?
  private let work: @Sendable () throws(RAMKitError) -> PhotoLoader.PreparedPhoto

  init(work: @escaping @Sendable () throws(RAMKitError) -> PhotoLoader.PreparedPhoto) {
    self.work = work
  }

  /// Overridden instead of `main`, which a cancelled operation would skip.
  override func start() {
    continuation?.resume(returning: isCancelled ? .failure(.cancelled) : Outcome(catching: work))
    continuation = nil
    super.start()
  }
}
