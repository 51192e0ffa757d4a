/// The answers for many photos, in order: what ``Tagger/taggings(of:labels:lookAhead:options:)``
/// gives.
public struct TaggingSequence<Photos: Sequence>: AsyncSequence where Photos.Element == Photo {
  /// One photo and its answer.
  public struct Element: Sendable {
    /// The photo's place in the sequence, from 0.
    public let index: Int
    /// The photo.
    public let photo: Photo
    /// Its tags, or why there are none.
    public let result: Result<Tagging, RAMKitError>
  }

  let photos: Photos
  let batcher: TaggingBatcher
  let lookAhead: Int

  /// Starts over with the first photo.
  public func makeAsyncIterator() -> Iterator {
    Iterator(self)
  }

  /// Draws photos, prepares them ahead, and runs the model batch by batch.
  public struct Iterator: AsyncIteratorProtocol {
    private let batcher: TaggingBatcher
    private let lookAhead: Int
    private var photos: Photos.Iterator
    private var drawn = 0
    private let ahead = PreparationQueue()
    private var finished: [Element] = []

    init(_ sequence: TaggingSequence) {
      batcher = sequence.batcher
      lookAhead = Swift.max(0, sequence.lookAhead)
      photos = sequence.photos.makeIterator()
    }

    /// The next photo's answer; nil behind the last.
    ///
    /// - Throws: ``RAMKitError/cancelled`` where the task was cancelled, or
    ///   ``RAMKitError/invalidOption(name:reason:)``.
    public mutating func next() async throws(RAMKitError) -> Element? {
      try await next(isolation: nil)
    }

    /// The next photo's answer, from within an actor.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RAMKitError) -> Element? {
      try Task.checkRAMKitCancellation()
      if finished.isEmpty {
        try batcher.options.validate()
        finished = try await nextBatch(isolation: actor).reversed()
      }
      return finished.popLast()
    }

    private mutating func nextBatch(
      isolation actor: isolated (any Actor)?
    ) async throws(RAMKitError) -> [Element] {
      fill(upTo: batcher.options.batchSize + lookAhead)
      let batch = await ahead.take(batcher.options.batchSize)
      try Task.checkRAMKitCancellation()
      // The places that the batch left are filled before the model takes the cores.
      fill(upTo: lookAhead)
      let results = try await batcher.tag(batch)
      return zip(batch, results).map {
        Element(index: $0.index, photo: $0.photo, result: $1)
      }
    }

    /// Starts preparing photos until so many are under way or wait.
    private mutating func fill(upTo count: Int) {
      while ahead.count < count, let photo = photos.next() {
        ahead.append(photo, index: drawn, batcher: batcher)
        drawn += 1
      }
    }
  }
}

extension TaggingSequence: Sendable where Photos: Sendable {}

@available(*, unavailable)
extension TaggingSequence.Iterator: Sendable {}

/// Runs a tagger over batches of prepared photos.
struct TaggingBatcher: Sendable {
  let tagger: Tagger
  let labels: LabelQuerySet?
  let options: TaggingOptions

  /// The answers for a batch; photos that could not be prepared only report why.
  fileprivate func tag(
    _ batch: [PreparationQueue.Prepared]
  ) async throws(RAMKitError) -> [Result<Tagging, RAMKitError>] {
    let good = batch.compactMap { try? $0.result.get() }
    var encoded = (good.isEmpty ? [] : try await tagger.encode(good)).makeIterator()
    var results: [Result<Tagging, RAMKitError>] = []
    for prepared in batch {
      switch prepared.result {
      case .success:
        guard let tokens = encoded.next() else {
          throw .internalFault(reason: "fewer photos came out of the encoder than went in")
        }
        results.append(
          .success(try await tagger.tags(in: tokens, labels: labels, options: options)))
      case .failure(.cancelled):
        throw .cancelled
      case .failure(let error):
        results.append(.failure(error))
      }
    }
    return results
  }
}

/// Photos under preparation, in order. Going away, it cancels those that nobody waits for.
private final class PreparationQueue {
  struct Prepared: Sendable {
    let index: Int
    let photo: Photo
    let result: Result<PhotoLoader.PreparedPhoto, RAMKitError>
  }

  private var tasks: [Task<Prepared, Never>] = []

  var count: Int { tasks.count }

  deinit {
    for task in tasks { task.cancel() }
  }

  func append(_ photo: Photo, index: Int, batcher: TaggingBatcher) {
    tasks.append(
      Task {
        do throws(RAMKitError) {
          let prepared = try await batcher.tagger.prepare(photo, options: batcher.options)
          return Prepared(index: index, photo: photo, result: .success(prepared))
        } catch {
          return Prepared(index: index, photo: photo, result: .failure(error))
        }
      })
  }

  /// Waits for the first photos, at most so many.
  func take(
    _ maximum: Int, isolation actor: isolated (any Actor)? = #isolation
  ) async -> [Prepared] {
    let first = tasks.prefix(maximum)
    tasks.removeFirst(first.count)
    return await withTaskCancellationHandler {
      var prepared: [Prepared] = []
      for task in first { prepared.append(await task.value) }
      return prepared
    } onCancel: {
      for task in first { task.cancel() }
    }
  }
}
