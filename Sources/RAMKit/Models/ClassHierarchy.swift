#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Which of a classifier's classes each label stands for.
///
/// The first labels are the classes, in order. A label stands for its own class, if it is one, and
/// for those of all labels below it; a label is below those that its `parents` name.
struct ClassHierarchy: Sendable {
  /// The classes of label `i` are `members[starts[i]..<starts[i + 1]]`.
  private let members: [Int]
  private let starts: [Int]

  /// The indices of all labels.
  var labels: Range<Int> { 0..<(starts.count - 1) }

  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` if there are fewer labels than classes, or
  ///   if one stands for no class.
  init(labels: [Label], classes: Int) throws(RAMKitError) {
    guard labels.count >= classes else {
      throw .mismatchedLabels(
        reason: "there are \(labels.count) labels for the model's \(classes) classes")
    }
    var indices: [String: Int] = [:]
    for (index, label) in labels.enumerated() where indices[label.name] == nil {
      indices[label.name] = index
    }
    var classesOf: [[Int]] = Array(repeating: [], count: labels.count)
    for index in 0..<classes {
      // Breadth first over all that is above; a circle ends where it meets itself.
      var above = [index]
      var seen: Set<Int> = [index]
      var next = 0
      while next < above.count {
        classesOf[above[next]].append(index)
        for parent in labels[above[next]].parents {
          if let parent = indices[parent], seen.insert(parent).inserted { above.append(parent) }
        }
        next += 1
      }
    }
    if let empty = classesOf.firstIndex(where: \.isEmpty) {
      throw .mismatchedLabels(
        reason: "label '\(labels[empty].name)' is none of the model's \(classes) classes, and none "
          + "of them is below it")
    }
    members = classesOf.flatMap(\.self)
    var starts = [0]
    for classes in classesOf { starts.append(starts[starts.count - 1] + classes.count) }
    self.starts = starts
  }

  /// ln(p / (1 - p)) of each label's probability p, the sum of its classes' softmax.
  ///
  /// Finite also where p is 0 or 1.
  ///
  /// - Complexity: O(classes + members), in double.
  func logits(classes: [Float]) -> [Float] {
    let largest = classes.max() ?? 0
    let powers = classes.map { exp(Double($0) - Double(largest)) }
    let total = powers.reduce(0, +)
    return labels.map { label in
      let own = members[starts[label]..<starts[label + 1]]
      let inside = own.reduce(0) { $0 + powers[$1] }
      var outside = total - inside
      if outside < total * 1e-6 {
        // Too little is left for the difference to be exact.
        let excluded = Set(own)
        outside = powers.indices.reduce(0) { excluded.contains($1) ? $0 : $0 + powers[$1] }
      }
      let least = Double.leastNormalMagnitude
      return Float(log(max(inside, least)) - log(max(outside, least)))
    }
  }
}
