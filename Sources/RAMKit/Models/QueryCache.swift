/// Keeps the label-only work of the label sets that were asked last.
@ComputeActor
final class QueryCache {
  private struct Entry {
    let labels: LabelQuerySet
    let queries: RecognitionDecoder.Queries
  }

  /// The one asked last stands last.
  private var entries: [Entry] = []

  /// A set of 4,585 labels takes 28 MB; four of them cover an app that switches between sets.
  private let capacity = 4

  nonisolated init() {}

  /// What was made for these labels, or what `make` makes now.
  func value(
    for labels: LabelQuerySet, make: () throws(RAMKitError) -> RecognitionDecoder.Queries
  ) throws(RAMKitError) -> RecognitionDecoder.Queries {
    if let index = entries.firstIndex(where: { $0.labels.isIdentical(to: labels) }) {
      entries.append(entries.remove(at: index))
      return entries[entries.count - 1].queries
    }
    let entry = Entry(labels: labels, queries: try make())
    entries.append(entry)
    if entries.count > capacity { entries.removeFirst() }
    return entry.queries
  }
}
