/// Which labels of a set are above which others, by their ``Label/parents``.
struct LabelHierarchy: Sendable {
  /// The labels above each one, at any distance.
  let ancestors: [[Int]]

  /// The labels below each one, at any distance.
  let descendants: [[Int]]

  /// - Complexity: O(labels + pairs of a label and one above it).
  init(_ labels: [Label]) {
    var indices: [String: Int] = [:]
    for (index, label) in labels.enumerated() where indices[label.name] == nil {
      indices[label.name] = index
    }
    let parents = labels.map { $0.parents.compactMap { indices[$0] } }
    let ancestors = labels.indices.map { Self.ancestors(of: $0, parents: parents) }
    var descendants: [[Int]] = Array(repeating: [], count: labels.count)
    for (index, above) in ancestors.enumerated() {
      for ancestor in above { descendants[ancestor].append(index) }
    }
    self.ancestors = ancestors
    self.descendants = descendants
  }

  /// Breadth first; a circle ends where it meets itself.
  private static func ancestors(of label: Int, parents: [[Int]]) -> [Int] {
    var found: [Int] = []
    var seen: Set<Int> = [label]
    var queue = parents[label]
    var next = 0
    while next < queue.count {
      let label = queue[next]
      next += 1
      guard seen.insert(label).inserted else { continue }
      found.append(label)
      queue += parents[label]
    }
    return found
  }
}
