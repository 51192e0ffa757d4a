/// Where a threshold may lie among scores, and what it would cut off: photos with and without the label,
/// each counted by a weight.
package struct ThresholdCandidates: Sendable {
  /// Photos that no threshold tells apart.
  package struct Step: Sendable {
    /// The lowest of their scores.
    package fileprivate(set) var score: Float
    /// The weight of those that have the label.
    package fileprivate(set) var present: Double
    /// The weight of those that do not.
    package fileprivate(set) var absent: Double
  }

  /// Highest score first.
  package let steps: [Step]
  private let present: Double

  private init(_ steps: [Step]) {
    self.steps = steps
    present = steps.reduce(0) { $0 + $1.present }
  }

  /// - Parameters:
  ///   - share: photos that have the label count for no more than this share of all.
  ///   - maximum: how many steps there may be; where there are more scores, neighbours go together.
  package init(_ scores: RankedScores, share: Double = 1, maximum: Int = .max) {
    let (positives, negatives) = (Double(scores.positives), Double(scores.negatives))
    let weight =
      positives > share * (positives + negatives)
      ? share / (1 - share) * negatives / positives : 1
    let atLeast = scores.entries.count / maximum
    var (steps, inStep): ([Step], Int) = ([], 0)
    for (index, entry) in scores.entries.enumerated() {
      if index == 0 || inStep >= atLeast && scores.entries[index - 1].score > entry.score {
        steps.append(Step(score: entry.score, present: 0, absent: 0))
        inStep = 0
      }
      inStep += 1
      steps[steps.count - 1].score = entry.score
      steps[steps.count - 1].present += entry.isPresent ? weight : 0
      steps[steps.count - 1].absent += entry.isPresent ? 0 : 1
    }
    self.init(steps)
  }

  /// Both together, the other ones weighing as much as `positives` photos with the label and what comes
  /// with them.
  package func adding(_ other: ThresholdCandidates, positives: Double) -> ThresholdCandidates {
    guard positives > 0, other.present > 0 else { return self }
    let weight = positives / other.present
    var merged: [Step] = []
    merged.reserveCapacity(steps.count + other.steps.count)
    var place = 0
    for step in other.steps {
      while place < steps.count, steps[place].score >= step.score {
        merged.append(steps[place])
        place += 1
      }
      let (present, absent) = (step.present * weight, step.absent * weight)
      if let last = merged.last, last.score == step.score {
        merged[merged.count - 1].present += present
        merged[merged.count - 1].absent += absent
      } else {
        merged.append(Step(score: step.score, present: present, absent: absent))
      }
    }
    return ThresholdCandidates(merged + steps[place...])
  }
}

extension ThresholdCandidates {
  /// The most steps, from the top, of which so large a share is true, had there been one false tag more;
  /// nil for none.
  func most(precision: Double) -> Int? {
    var found: Int?
    var (hits, tags) = (0.0, 0.0)
    for (index, step) in steps.enumerated() {
      hits += step.present
      tags += step.present + step.absent
      if hits >= precision * (tags + 1) { found = index + 1 }
    }
    return found
  }

  /// The fewest steps, from the top, that have the highest F1.
  func bestF1() -> Int? {
    var found: Int?
    var best = 0.0
    var (hits, tags) = (0.0, 0.0)
    for (index, step) in steps.enumerated() {
      hits += step.present
      tags += step.present + step.absent
      let f1 = 2 * hits / (tags + present)
      if f1 > best { (found, best) = (index + 1, f1) }
    }
    return found
  }

  /// The shortest decimal that the scores of the first `count` steps are above, and those of the next are
  /// not, near the middle between them.
  package func threshold(behind count: Int) -> Float {
    let above = steps[count - 1].score
    let below = count < steps.count ? steps[count].score : 0
    let middle = (Double(above) + Double(below)) / 2
    var scale = 100.0
    while scale < 1e8 {
      let rounded = Float((middle * scale).rounded() / scale)
      if rounded >= below, rounded < above { return rounded }
      scale *= 10
    }
    return below
  }
}
