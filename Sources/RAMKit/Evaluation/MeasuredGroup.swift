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
  /// What comes out of each column with every photo once.
  private let whole: [(averagePrecision: Double, counts: ConfusionCounts)]
  let labelsWithPositives: Int

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
    whole = zip(columns, tagCounts).map { $0.measured(tags: $1, weights: nil) }
    labelsWithPositives = columns.count { $0.positives > 0 }
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
    var averagePrecision = 0.0
    var precision = 0.0
    var recall = 0.0
    var sum = ConfusionCounts()
    for (place, column) in columns.enumerated() {
      let whole = whole[place]
      let part = weights.map { column.measured(tags: tagCounts[place], weights: $0) } ?? whole
      sum = sum + part.counts
      // A label that lost its photos in a sample says nothing there, and stays what it is in the whole:
      // were it left out, or 0, samples would differ from the whole by more than chance.
      let hasPositives = part.counts.truePositives + part.counts.falseNegatives > 0
      let hasTags = part.counts.truePositives + part.counts.falsePositives > 0
      averagePrecision += (hasPositives ? part : whole).averagePrecision
      recall += (hasPositives ? part : whole).counts.recall
      precision += (hasTags ? part : whole).counts.precision
    }
    let count = Double(columns.count)
    let macro = (precision: precision / count, recall: recall / count)
    // Nor does a sample without anything true.
    let micro =
      weights != nil && sum.truePositives + sum.falseNegatives == 0
      ? [.nan, .nan, .nan] : [sum.precision, sum.recall, sum.f1]
    return [
      averagePrecision / count, averagePrecision / Double(max(labelsWithPositives, 1)),
      macro.precision, macro.recall, ConfusionCounts.f1(macro.precision, macro.recall),
    ] + micro
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
}
