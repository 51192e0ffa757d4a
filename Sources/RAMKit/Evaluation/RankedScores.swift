/// One label's scores over the photos for which it is known whether the label is true, best first.
///
/// Where scores are equal, photos without the label come first. The official evaluator leaves the order
/// of equal scores to an unstable sort; this order does not depend on the order of the photos, and never
/// flatters a model that gives many photos the same score.
public struct RankedScores: Sendable, Hashable {
  /// One photo's score.
  public struct Entry: Sendable, Hashable {
    /// The photo's place among those that are measured.
    public let photo: Int
    /// The score, in 0...1, though any number but NaN will do.
    public let score: Float
    /// Whether the label is true of the photo.
    public let isPresent: Bool

    /// A photo's score, and the truth.
    public init(photo: Int, score: Float, isPresent: Bool) {
      self.photo = photo
      self.score = score
      self.isPresent = isPresent
    }
  }

  /// The entries, highest score first.
  public let entries: [Entry]

  /// How many photos have the label.
  public let positives: Int

  /// How many photos do not have it.
  public var negatives: Int { entries.count - positives }

  /// Ranks entries given in any order.
  ///
  /// - Complexity: O(*n* log *n*).
  public init(_ entries: some Sequence<Entry>) {
    self.entries = entries.sorted {
      $0.score != $1.score
        ? $0.score > $1.score
        : $0.isPresent != $1.isPresent ? $1.isPresent : $0.photo < $1.photo
    }
    positives = self.entries.count(where: \.isPresent)
  }

  /// Takes entries that are ranked already.
  private init(ranked entries: [Entry]) {
    self.entries = entries
    positives = entries.count(where: \.isPresent)
  }

  /// The entries that pass, in the same order.
  func filter(_ isIncluded: (Entry) -> Bool) -> RankedScores {
    RankedScores(ranked: entries.filter(isIncluded))
  }

  /// The entries of some photos, under other numbers; those without one are left out.
  func renumbered(_ numbers: [Int?]) -> RankedScores {
    RankedScores(
      ranked: entries.compactMap { entry in
        numbers[entry.photo].map {
          Entry(photo: $0, score: entry.score, isPresent: entry.isPresent)
        }
      })
  }
}

extension RankedScores {
  /// The official evaluator's average precision (`ram/utils/metrics.py`).
  ///
  /// The precision among the photos down to each one that has the label, summed, and divided by
  /// the number of these photos plus 1e-8; not interpolated. 0 where no photo has the label.
  ///
  /// - Complexity: O(*n*).
  public var averagePrecision: Double { measured(tags: 0, weights: nil).averagePrecision }

  /// What is right and wrong where scores beyond a threshold make tags.
  ///
  /// - Complexity: O(*n*).
  public func counts(threshold: Float, rule: ThresholdRule = .above) -> ConfusionCounts {
    measured(tags: tagCount(threshold: threshold, rule: rule), weights: nil).counts
  }

  /// How many entries are tags at a threshold: the first ones.
  func tagCount(threshold: Float, rule: ThresholdRule) -> Int {
    let isTag = rule.test(threshold)
    return entries.firstIndex { !isTag($0.score) } ?? entries.count
  }

  /// Average precision and counts in one pass, the first `tags` entries being tags.
  ///
  /// - Parameter weights: how often each photo is there; nil for once.
  func measured(
    tags: Int, weights: [Int]?
  ) -> (averagePrecision: Double, counts: ConfusionCounts) {
    var counts = ConfusionCounts()
    var rank = 0
    var hits = 0
    var sum = 0.0
    for (index, entry) in entries.enumerated() {
      let weight = weights.map { $0[entry.photo] } ?? 1
      counts.add(isTag: index < tags, isPresent: entry.isPresent, times: weight)
      guard entry.isPresent else {
        rank += weight
        continue
      }
      for _ in 0..<weight {
        rank += 1
        hits += 1
        sum += Double(hits) / Double(rank)
      }
    }
    return (sum / (Double(hits) + 1e-8), counts)
  }

  /// A point of the precision-recall curve.
  public struct CurvePoint: Sendable, Hashable {
    /// The score at and above which photos count as tagged.
    public let score: Float
    /// The share of tagged photos that have the label.
    public let precision: Double
    /// The share of photos with the label that are tagged.
    public let recall: Double
  }

  /// Precision and recall at every score that occurs, highest score first; empty where no photo has the
  /// label.
  ///
  /// - Complexity: O(*n*).
  public var curve: [CurvePoint] {
    guard positives > 0 else { return [] }
    var points: [CurvePoint] = []
    var hits = 0
    for (index, entry) in entries.enumerated() {
      if entry.isPresent { hits += 1 }
      // Photos of one score are told apart by no threshold.
      if index + 1 < entries.count, entries[index + 1].score == entry.score { continue }
      points.append(
        CurvePoint(
          score: entry.score, precision: Double(hits) / Double(index + 1),
          recall: Double(hits) / Double(positives)))
    }
    return points
  }
}
