/// Labels that somebody asks a model for: some of its own, and others.
package struct LabelRequest: Sendable {
  private struct Entry: Sendable {
    /// The label as it is to be called.
    let label: Label
    /// Its index among the model's labels; nil where it is none of them.
    let own: Int?
  }

  private var entries: [Entry] = []

  /// How many labels the model has.
  private let ownCount: Int

  /// Labels by name or alias: the model's own ones as they are, others with a threshold.
  package init(names: [String], of model: LabelQuerySet, threshold: Float) throws(RAMKitError) {
    ownCount = model.labels.count
    let set = try LabelSet(name: "model", identity: .index, labels: model.labels)
    for name in names {
      let found = set.indices(of: name)
      if found.isEmpty { add(Label(name, threshold: threshold), own: nil) }
      for index in found { add(model.labels[index], own: index) }
    }
  }

  /// Labels of a set, with its names and thresholds: those whose names the model has are asked by
  /// its queries.
  package init(_ labels: LabelSet, of model: LabelQuerySet) throws(RAMKitError) {
    ownCount = model.labels.count
    let set = try LabelSet(name: "model", identity: .index, labels: model.labels)
    for label in labels.labels { add(label, own: set.index(of: label.name)) }
  }

  /// What comes twice counts once, as it came first.
  private mutating func add(_ label: Label, own: Int?) {
    let isThere = entries.contains { entry in
      own == nil ? entry.own == nil && entry.label.name == label.name : entry.own == own
    }
    if !isThere { entries.append(Entry(label: label, own: own)) }
  }

  /// What either asks for, this one's labels first.
  package func union(_ other: LabelRequest) -> LabelRequest {
    var both = self
    for entry in other.entries { both.add(entry.label, own: entry.own) }
    return both
  }

  /// The same labels in the order of their indices.
  package var sorted: LabelRequest {
    var sorted = self
    let own = entries.filter { $0.own != nil }.sorted { $0.own ?? 0 < $1.own ?? 0 }
    sorted.entries = own + entries.filter { $0.own == nil }
    return sorted
  }

  /// The labels that the model does not have; nil where it has all.
  package var unknown: LabelSet? {
    get throws(RAMKitError) {
      let labels = entries.filter { $0.own == nil }.map(\.label)
      return labels.isEmpty ? nil : try LabelSet(name: "labels", labels: labels)
    }
  }

  /// Each label's index, in order: among the model's labels, or behind them.
  package var indices: [Int] {
    var next = ownCount
    return entries.map { entry in
      if let own = entry.own { return own }
      next += 1
      return next - 1
    }
  }

  /// What the model is to be asked, in order.
  ///
  /// - Parameter encoded: the queries of ``unknown``.
  package func queries(
    of model: LabelQuerySet, encoded: LabelQuerySet?
  ) throws(RAMKitError) -> LabelQuerySet {
    let own = try model.selecting(entries.compactMap(\.own))
    guard let encoded else { return try own.relabeled(entries.map(\.label)) }
    guard !own.labels.isEmpty else { return encoded }
    var (nextOwn, nextOther) = (0, own.labels.count)
    var order: [Int] = []
    for entry in entries {
      order.append(entry.own == nil ? nextOther : nextOwn)
      if entry.own == nil { nextOther += 1 } else { nextOwn += 1 }
    }
    return try own.appending(encoded).selecting(order).relabeled(entries.map(\.label))
  }

  /// All of the model's labels, and those that it does not have behind them.
  package func allQueries(
    of model: LabelQuerySet, encoded: LabelQuerySet?
  ) throws(RAMKitError) -> LabelQuerySet {
    var labels = model.labels
    for entry in entries { if let own = entry.own { labels[own] = entry.label } }
    let renamed = try model.relabeled(labels)
    return try encoded.map { (encoded) throws(RAMKitError) in try renamed.appending(encoded) }
      ?? renamed
  }
}
