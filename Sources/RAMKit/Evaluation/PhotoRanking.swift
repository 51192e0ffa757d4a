/// What is kept of one photo's ranking of all labels.
struct PhotoRanking: Sendable {
  /// How many labels the annotation names as true.
  let tagged: Int

  /// For each of the ranks that were asked for: how many of ``tagged`` are down to there.
  let hits: [Int]

  /// How many labels down to there are known to be true or not.
  let known: [Int]

  /// How many of these are true.
  let present: [Int]

  /// For each vocabulary with an answer: the answer's rank in it, from 1.
  let answers: [(vocabulary: Int, rank: Int)]

  /// - Parameters:
  ///   - isRanked: which labels take part.
  ///   - ranks: the ranks at which to count.
  init(
    scores: [Float], photo: GroundTruth.Photo, knowledge: [Bool?],
    vocabularies: [GroundTruth.Vocabulary], isRanked: [Bool], ranks: [Int]
  ) {
    let tagged = Set(photo.tagged.filter { isRanked[$0] })
    let best = Self.best(ranks.max() ?? 0, of: scores, isRanked: isRanked)
    self.tagged = tagged.count
    hits = ranks.map { best.prefix($0).count { tagged.contains($0) } }
    known = ranks.map { best.prefix($0).count { knowledge[$0] != nil } }
    present = ranks.map { best.prefix($0).count { knowledge[$0] == true } }
    answers = photo.answers.map { vocabulary, labels in
      (vocabulary, Self.rank(of: labels, among: vocabularies[vocabulary].labels, scores: scores))
    }
  }

  /// The labels of the highest scores; of equal ones, the lower index first.
  ///
  /// - Complexity: O(labels · log(count)) at the usual order of scores.
  static func best(_ count: Int, of scores: [Float], isRanked: [Bool]) -> [Int] {
    var best: [Int] = []
    guard count > 0 else { return best }
    for (label, score) in scores.enumerated() where isRanked[label] {
      if best.count == count, scores[best[count - 1]] >= score { continue }
      // Behind all that score as much.
      var low = 0
      var high = best.count
      while low < high {
        let middle = (low + high) / 2
        if scores[best[middle]] >= score { low = middle + 1 } else { high = middle }
      }
      if best.count == count { best.removeLast() }
      best.insert(label, at: low)
    }
    return best
  }

  /// The rank of the best of `answers`, behind all others of the same score.
  static func rank(of answers: [Int], among labels: [Int], scores: [Float]) -> Int {
    let score = answers.map { scores[$0] }.max() ?? -.infinity
    return 1 + labels.count { scores[$0] >= score && !answers.contains($0) }
  }
}
