/// The labels of a model in the order of its queries, and where they come from.
public struct LabelSet: Sendable {
  /// What tells one label of a set from another.
  public enum Identity: String, Sendable, Hashable, CaseIterable, Codable {
    /// The name: no two labels share one.
    case name
    /// The position: a name may occur again with another meaning. Tag2Text's official list repeats
    /// 116 of its 3,429 names, a noun beside a verb.
    case index
  }

  /// A short name for the set itself: "ram".
  public let name: String

  /// Who made the list, which edition of it, and under which licence.
  public let source: String

  /// What tells one label from another.
  public let identity: Identity

  /// The labels; the position of each is its index everywhere else.
  public let labels: [Label]

  private let positions: [String: [Int]]

  /// Makes a label set.
  ///
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)``, with the set's name as the path,
  ///   for an empty name, a threshold outside of 0...1, or a repeated name where names are the
  ///   identity.
  /// - Complexity: O(*n*) in the number of labels.
  public init(
    name: String, source: String = "", identity: Identity = .name, labels: [Label]
  ) throws(RAMKitError) {
    do {
      try self.init(checking: labels, name: name, source: source, identity: identity)
    } catch {
      throw .malformedLabels(path: name, line: nil, reason: error.description)
    }
  }

  /// What keeps labels from being a set, and at which index.
  struct Defect: Error, CustomStringConvertible {
    let index: Int
    let reason: String
    var description: String { "label \(index): \(reason)" }
  }

  init(
    checking labels: [Label], name: String, source: String, identity: Identity
  ) throws(Defect) {
    var positions: [String: [Int]] = [:]
    positions.reserveCapacity(labels.count)
    for (index, label) in labels.enumerated() {
      if let reason = label.defect { throw Defect(index: index, reason: reason) }
      if identity == .name, let first = positions[label.name]?.first {
        throw Defect(
          index: index, reason: "'\(label.name)' is the name of label \(first) already")
      }
      positions[label.name, default: []].append(index)
    }
    self.name = name
    self.source = source
    self.identity = identity
    self.labels = labels
    self.positions = positions
  }
}

extension LabelSet {
  /// How many labels there are.
  public var count: Int { labels.count }

  /// The indices of the labels that `text` names, ascending; empty if there are none.
  ///
  /// A name counts before an alias, and both, letter for letter, before either with another case:
  /// of "Wii" and "wii" each finds the label "Wii".
  ///
  /// - Complexity: O(1) for a name as it is written, else O(*n*).
  public func indices(of text: String) -> [Int] {
    if let exact = positions[text] { return exact }
    let byAlias = labels.indices.filter { labels[$0].aliases.contains(text) }
    if !byAlias.isEmpty { return byAlias }
    let folded = text.lowercased()
    let byName = labels.indices.filter { labels[$0].name.lowercased() == folded }
    if !byName.isEmpty { return byName }
    return labels.indices.filter { index in
      labels[index].aliases.contains { $0.lowercased() == folded }
    }
  }

  /// The first label that `text` names; see ``indices(of:)``.
  public func index(of text: String) -> Int? { indices(of: text).first }

  /// The same labels with other thresholds, one for each in order.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` if there are more or fewer than labels, and
  ///   ``RAMKitError/malformedLabels(path:line:reason:)`` for one outside of 0...1.
  public func withThresholds(_ thresholds: [Float]) throws(RAMKitError) -> LabelSet {
    guard thresholds.count == labels.count else {
      throw .mismatchedLabels(
        reason: "there are \(thresholds.count) thresholds for \(labels.count) labels")
    }
    let changed = zip(labels, thresholds).map { $0.with(threshold: $1) }
    return try LabelSet(name: name, source: source, identity: identity, labels: changed)
  }

  /// The labels at the indices given, in that order, under the set's name.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` for an index that is no label's, and
  ///   ``RAMKitError/malformedLabels(path:line:reason:)`` for one that comes again, where names are the
  ///   identity.
  public func selecting(_ indices: [Int]) throws(RAMKitError) -> LabelSet {
    if let wrong = indices.first(where: { !self.labels.indices.contains($0) }) {
      throw .mismatchedLabels(reason: "there is no label \(wrong) among \(labels.count)")
    }
    return try LabelSet(
      name: name, source: source, identity: identity, labels: indices.map { self.labels[$0] })
  }

  /// The same labels, of which those at the indices given are omitted (``Label/isOmitted``), and no
  /// others.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` for an index that is no label's.
  public func omitting(_ indices: some Sequence<Int>) throws(RAMKitError) -> LabelSet {
    let omitted = Set(indices)
    if let wrong = omitted.first(where: { !labels.indices.contains($0) }) {
      throw .mismatchedLabels(reason: "there is no label \(wrong) among \(labels.count)")
    }
    let changed = labels.enumerated().map { $1.with(isOmitted: omitted.contains($0)) }
    return try LabelSet(name: name, source: source, identity: identity, labels: changed)
  }
}

extension LabelSet: Hashable {
  /// Whether two sets hold the same labels in the same order under the same name.
  public static func == (one: LabelSet, other: LabelSet) -> Bool {
    one.name == other.name && one.source == other.source && one.identity == other.identity
      && one.labels == other.labels
  }

  /// Hashes what ``==(_:_:)`` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(source)
    hasher.combine(identity)
    hasher.combine(labels)
  }
}
