/// Labels and photos that are measured together, photos numbered from 0.
struct MeasuredGroup {
  let metrics: [Metric]
  private let columns: [RankedScores]
  /// How many of each column's entries are tags.
  private let tagCounts: [Int]
  private let rankings: [PhotoRanking]
  /// Each photo's rank of the right answer.
  private let answerRanks: [Int?]
  private let ranks: [Int]
  /// The shares of labels that some photo has, and that are a tag of some photo.
  private let shareWithPositives: Double
  private let shareWithTags: Double

  static let accuracyRanks = [1, 5]

  /// - Parameter vocabulary: whose answers count; nil for none.
  init(
    columns: [RankedScores], thresholds: [Float], rankings: [PhotoRanking], vocabulary: Int?,
    options: EvaluationOptions
  ) {
    self.columns = columns
    self.rankings = rankings
    ranks = options.ranks
    tagCounts = zip(columns, thresholds).map {
      $0.tagCount(threshold: $1, rule: options.rule)
    }
    answerRanks = rankings.map { ranking in
      ranking.answers.first { $0.vocabulary == vocabulary }?.rank
    }
    let count = Double(max(columns.count, 1))
    shareWithPositives = Double(columns.count { $0.positives > 0 }) / count
    shareWithTags = Double(tagCounts.count { $0 > 0 }) / count
    var metrics: [Metric] = []
    if !columns.isEmpty {
      metrics += [
        .meanAveragePrecision, .meanAveragePrecisionWithPositives, .macroPrecision, .macroRecall,
        .macroF1, .microPrecision, .microRecall, .microF1,
      ]
    }
    for rank in ranks {
      metrics.append(.recall(atRank: rank))
      // Where nothing is known to be absent, all that is known is right.
      if !columns.isEmpty { metrics.append(.precision(atRank: rank)) }
    }
    if answerRanks.contains(where: { $0 != nil }) {
      metrics += Self.accuracyRanks.map { .accuracy(atRank: $0) }
    }
    self.metrics = metrics
  }

  var photoCount: Int { rankings.count }
  var labelCount: Int { columns.count }
  var labelsWithPositives: Int { columns.count { $0.positives > 0 } }
  var answerCount: Int { answerRanks.count { $0 != nil } }

  /// A value for each of ``metrics``; NaN where there is nothing to measure.
  ///
  /// - Parameter weights: how often each photo is there; nil for once.
  func values(weights: [Int]?) -> [Double] {
    var values = columns.isEmpty ? [] : labelValues(weights: weights)
    for place in ranks.indices { values += rankValues(place, weights: weights) }
    if answerCount > 0 { values += accuracies(weights: weights) }
    return values
  }

  private func labelValues(weights: [Int]?) -> [Double] {
    var averagePrecisions: [Double] = []
    var precisions: [Double] = []
    var recalls: [Double] = []
    var sum = ConfusionCounts()
    for (column, tags) in zip(columns, tagCounts) {
      let (averagePrecision, counts) = column.measured(tags: tags, weights: weights)
      sum = sum + counts
      if counts.truePositives + counts.falsePositives > 0 { precisions.append(counts.precision) }
      guard counts.truePositives + counts.falseNegatives > 0 else { continue }
      averagePrecisions.append(averagePrecision)
      recalls.append(counts.recall)
    }
    // A label that lost its photos in a sample says nothing of the model. Those that never had any count as
    // 0 in each sample, as they do in the whole.
    let precision = Self.mean(precisions) * shareWithTags
    let recall = Self.mean(recalls) * shareWithPositives
    return [
      Self.mean(averagePrecisions) * shareWithPositives, Self.mean(averagePrecisions), precision,
      recall, ConfusionCounts.f1(precision, recall), sum.precision, sum.recall, sum.f1,
    ]
  }

  private func rankValues(_ place: Int, weights: [Int]?) -> [Double] {
    var (hits, tagged, present, known) = (0, 0, 0, 0)
    for (photo, ranking) in rankings.enumerated() {
      let weight = weights?[photo] ?? 1
      hits += ranking.hits[place] * weight
      tagged += ranking.tagged * weight
      present += ranking.present[place] * weight
      known += ranking.known[place] * weight
    }
    let recall = Double(hits) / Double(tagged)
    return columns.isEmpty ? [recall] : [recall, Double(present) / Double(known)]
  }

  private func accuracies(weights: [Int]?) -> [Double] {
    Self.accuracyRanks.map { limit in
      var right = 0
      var all = 0
      for (photo, rank) in answerRanks.enumerated() {
        guard let rank else { continue }
        let weight = weights?[photo] ?? 1
        all += weight
        if rank <= limit { right += weight }
      }
      return Double(right) / Double(all)
    }
  }

  /// 0 for none.
  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
