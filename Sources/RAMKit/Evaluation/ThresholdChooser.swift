/// Chooses thresholds for all labels on some of the photos.
package struct ThresholdChooser {
  struct Choice {
    var value: Float
    var basis: Calibration.Basis
  }

  /// Each label's scores.
  let columns: [RankedScores]
  /// The fold of each photo.
  let folds: [Int]
  private let labels: [Label]
  private let hierarchy: LabelHierarchy?
  private let options: Calibration.Options
  /// The labels of each kind that are on some photo, taken for one; under nil, all labels.
  private let pools: [Label.Kind?: RankedScores]

  init(_ evaluation: Evaluation, options: Calibration.Options) {
    self.options = options
    labels = evaluation.truth.labels
    hierarchy = options.closesUpward ? LabelHierarchy(labels) : nil
    columns = evaluation.entries.map { RankedScores($0) }
    var random = SeededRandom(seed: options.seed)
    var folds = [Int](repeating: 0, count: evaluation.rankings.count)
    for (place, photo) in random.permutation(folds.count).enumerated() {
      folds[photo] = place % options.folds
    }
    self.folds = folds
    var pooled: [Label.Kind?: [RankedScores.Entry]] = [:]
    for (label, column) in zip(labels, columns) where column.positives > 0 && column.negatives > 0 {
      pooled[nil, default: []] += column.entries
      if let kind = label.kind { pooled[kind, default: []] += column.entries }
    }
    pools = pooled.mapValues { RankedScores($0) }
  }

  /// A threshold for each label, chosen on the photos that are let in.
  func choices(on isIncluded: (Int) -> Bool) -> [Choice] {
    let pooled = pools.mapValues { choice(on: $0.filter { isIncluded($0.photo) }) }
    var choices = zip(labels, columns).map { label, column in
      let fallback = fallback(label, pooled)
      guard var own = choice(on: column.filter { isIncluded($0.photo) }) else { return fallback }
      if own.basis == .unreached, fallback.basis != .none {
        own.value = max(own.value, fallback.value)
      }
      return own
    }
    guard let hierarchy else { return choices }
    let free = choices
    for label in labels.indices {
      for ancestor in hierarchy.ancestors[label] {
        choices[label].value = max(choices[label].value, free[ancestor].value)
      }
    }
    return choices
  }

  private func fallback(_ label: Label, _ pooled: [Label.Kind?: Choice?]) -> Choice {
    if let kind = label.kind, case .some(.some(let choice)) = pooled[kind] {
      return Choice(value: choice.value, basis: .kind)
    }
    if case .some(.some(let choice)) = pooled[nil] {
      return Choice(value: choice.value, basis: .all)
    }
    return Choice(value: label.threshold, basis: .none)
  }

  /// The threshold that ranked scores call for; nil if there are too few.
  private func choice(on scores: RankedScores) -> Choice? {
    guard scores.positives >= options.minimumPositives,
      scores.negatives >= options.minimumPositives
    else { return nil }
    let count =
      switch options.goal {
      case .precision(let precision): Self.mostTags(of: scores, precision: precision)
      case .bestF1: Self.bestF1Tags(of: scores)
      case .bestF1WithPrecision(let precision):
        Self.mostTags(of: scores, precision: precision).flatMap { most in
          Self.bestF1Tags(of: scores).map { min($0, most) }
        }
      }
    if let count { return Choice(value: Self.threshold(behind: count, of: scores), basis: .own) }
    let highest = scores.entries.first { !$0.isPresent }?.score ?? 1
    return Choice(value: highest, basis: .unreached)
  }

  /// The most tags, from the top, of which so large a share is true, had there been one false one more;
  /// nil for none.
  static func mostTags(of scores: RankedScores, precision: Double) -> Int? {
    var found: Int?
    var hits = 0
    for (index, entry) in scores.entries.enumerated() {
      if entry.isPresent { hits += 1 }
      guard isCut(behind: index, of: scores) else { continue }
      if Double(hits) >= precision * Double(index + 2) { found = index + 1 }
    }
    return found
  }

  /// The fewest tags, from the top, that have the highest F1.
  static func bestF1Tags(of scores: RankedScores) -> Int? {
    var found: Int?
    var best = 0.0
    var hits = 0
    for (index, entry) in scores.entries.enumerated() {
      if entry.isPresent { hits += 1 }
      guard isCut(behind: index, of: scores) else { continue }
      let f1 = 2 * Double(hits) / Double(index + 1 + scores.positives)
      if f1 > best { (found, best) = (index + 1, f1) }
    }
    return found
  }

  /// Whether a threshold can tell this entry from the next: not where scores are equal.
  private static func isCut(behind index: Int, of scores: RankedScores) -> Bool {
    index + 1 == scores.entries.count
      || scores.entries[index + 1].score < scores.entries[index].score
  }

  /// The shortest decimal that the first `count` scores are above, and the next is not, near the middle
  /// between them.
  package static func threshold(behind count: Int, of scores: RankedScores) -> Float {
    let above = scores.entries[count - 1].score
    let below = count < scores.entries.count ? scores.entries[count].score : 0
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
