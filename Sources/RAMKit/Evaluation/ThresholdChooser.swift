/// Chooses thresholds for all labels on some of the photos.
package struct ThresholdChooser {
  struct Choice {
    var value: Float
    var basis: Calibration.Basis
  }

  /// Labels taken for one: the threshold of a label without photos of its own, and what counts beside those of
  /// the others.
  private struct Pool {
    let threshold: Float
    let candidates: ThresholdCandidates
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

  /// Fine enough for what is counted beside a label's own photos.
  private static let poolSteps = 1000

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
    let shared = pools.compactMapValues { pool(of: $0.filter { isIncluded($0.photo) }) }
    var choices = zip(labels, columns).map { label, column in
      let ofKind = label.kind.flatMap { shared[$0] }
      let pool = ofKind ?? shared[nil]
      let included = column.filter { isIncluded($0.photo) }
      if var own = choice(on: included, beside: pool?.candidates) {
        if own.basis == .unreached, let pool { own.value = max(own.value, pool.threshold) }
        return own
      }
      guard let pool else { return Choice(value: label.threshold, basis: .none) }
      return Choice(value: pool.threshold, basis: ofKind == nil ? .all : .kind)
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

  /// What labels with few photos or none share; nil where all of these have too few.
  private func pool(of scores: RankedScores) -> Pool? {
    choice(on: scores).map { choice in
      Pool(
        threshold: choice.value,
        candidates: ThresholdCandidates(
          scores, share: options.maximumShare, maximum: Self.poolSteps))
    }
  }

  /// The threshold that a label's or a pool's scores call for; nil if there are too few.
  ///
  /// - Parameter pool: what counts beside a label's own scores.
  private func choice(
    on scores: RankedScores, beside pool: ThresholdCandidates? = nil
  ) -> Choice? {
    guard scores.positives >= options.minimumPositives,
      scores.negatives >= options.minimumPositives
    else { return nil }
    var candidates = ThresholdCandidates(scores, share: options.maximumShare)
    if let pool { candidates = candidates.adding(pool, positives: options.pooledPositives) }
    let count =
      switch options.goal {
      case .precision(let precision): candidates.most(precision: precision)
      case .bestF1: candidates.bestF1()
      case .bestF1WithPrecision(let precision):
        candidates.most(precision: precision).flatMap { most in
          candidates.bestF1().map { min($0, most) }
        }
      }
    if let count { return Choice(value: candidates.threshold(behind: count), basis: .own) }
    let highest = scores.entries.first { !$0.isPresent }?.score ?? 1
    return Choice(value: highest, basis: .unreached)
  }
}
