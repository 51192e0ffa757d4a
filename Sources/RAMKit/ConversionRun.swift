import Synchronization

/// What a conversion's thread and its caller share.
final class ConversionRun: Sendable {
  private let totalBytes: Int
  private let progress: (@Sendable (ModelConversion.Progress) -> Void)?
  private let isCancelled = Atomic(false)
  private let completedBytes = Atomic(0)

  init(totalBytes: Int, progress: (@Sendable (ModelConversion.Progress) -> Void)?) {
    self.totalBytes = totalBytes
    self.progress = progress
  }

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Counts bytes that were gone through.
  func advance(by count: Int) throws(RAMKitError) {
    if isCancelled.load(ordering: .relaxed) { throw .cancelled }
    let completed = completedBytes.wrappingAdd(count, ordering: .relaxed).newValue
    progress?(.init(completedBytes: completed, totalBytes: totalBytes))
  }
}
