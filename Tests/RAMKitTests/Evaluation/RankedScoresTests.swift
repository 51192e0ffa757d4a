import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct RankedScoresTests {
  /// Random scores of `count` photos, a third of which have the label.
  static func entries(_ count: Int, seed: UInt64, step: Float = 0) -> [RankedScores.Entry] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { photo in
      var score = abs(random.float())
      if step > 0 { score = (score / step).rounded() * step }
      return RankedScores.Entry(photo: photo, score: score, isPresent: random.next() % 3 == 0)
    }
  }

  /// The definition, written down again in the plainest way.
  static func reference(_ ranked: [Bool]) -> Double {
    let hits = ranked.indices.filter { ranked[$0] }
    let sum = hits.reduce(0.0) { sum, place in
      sum + Double(ranked[...place].count { $0 }) / Double(place + 1)
    }
    return sum / (Double(hits.count) + 1e-8)
  }

  @Test(arguments: [0, 1, 2, 17, 400])
  func averagePrecisionIsItsDefinition(_ count: Int) {
    let entries = Self.entries(count, seed: UInt64(count))
    let sorted = entries.sorted { $0.score > $1.score }.map(\.isPresent)
    #expect(abs(RankedScores(entries).averagePrecision - Self.reference(sorted)) < 1e-12)
  }

  @Test func aPerfectRankingIsOneAndItsOppositeIsNot() {
    let good = (0..<20).map {
      RankedScores.Entry(photo: $0, score: Float(20 - $0), isPresent: $0 < 7)
    }
    #expect(abs(RankedScores(good).averagePrecision - 1) < 1e-8)
    let bad = good.map {
      RankedScores.Entry(photo: $0.photo, score: -$0.score, isPresent: $0.isPresent)
    }
    #expect(RankedScores(bad).averagePrecision < 0.3)
  }

  @Test func onlyTheOrderCounts() {
    let entries = Self.entries(300, seed: 3)
    let mapped = entries.map {
      RankedScores.Entry(
        photo: $0.photo, score: $0.score * $0.score * 40 - 7, isPresent: $0.isPresent)
    }
    let one = RankedScores(entries)
    let other = RankedScores(mapped)
    #expect(one.averagePrecision == other.averagePrecision)
    #expect(RankedScores(entries.shuffled()) == one)
  }

  /// Equal scores: no order of the photos, and no collapse of scores, makes a figure better.
  @Test func equalScoresNeverFlatter() {
    for seed in 0..<20 as Range<UInt64> {
      let coarse = Self.entries(60, seed: seed, step: 0.25)
      let ties = RankedScores(coarse)
      #expect(RankedScores(coarse.reversed()).averagePrecision == ties.averagePrecision)
      var random = SeededGenerator(seed: seed)
      let broken = coarse.map {
        RankedScores.Entry(
          photo: $0.photo, score: $0.score + 0.01 * random.float(), isPresent: $0.isPresent)
      }
      #expect(ties.averagePrecision <= RankedScores(broken).averagePrecision)
    }
  }

  @Test func aThresholdIsStrictUnlessItIsNot() {
    let scores: [Float] = [0.9, 0.65, 0.65, 0.3]
    let ranked = RankedScores(
      scores.enumerated().map { .init(photo: $0, score: $1, isPresent: $0 % 2 == 0) })
    #expect(ranked.counts(threshold: 0.65).truePositives == 1)
    #expect(ranked.counts(threshold: 0.65).falsePositives == 0)
    // The float32 nearest to 0.65 is below 0.65, and Python's comparison sees it.
    #expect(ranked.counts(threshold: 0.65, rule: .atLeast).falsePositives == 0)
    let halves = RankedScores(
      [0.9, 0.5, 0.5, 0.3].enumerated().map { .init(photo: $0, score: $1, isPresent: $0 % 2 == 0) })
    let counts = halves.counts(threshold: 0.5, rule: .atLeast)
    #expect(counts.truePositives == 2 && counts.falsePositives == 1)
    #expect(counts.falseNegatives == 0 && counts.trueNegatives == 1)
    #expect(halves.counts(threshold: 0.5).falseNegatives == 1)
    #expect(ThresholdRule.above.isTag(score: 1, threshold: 1) == false)
  }

  @Test func theCurveEndsWhereAllIsFound() throws {
    let ranked = RankedScores(Self.entries(200, seed: 9, step: 0.125))
    let curve = ranked.curve
    #expect(Set(curve.map(\.score)).count == curve.count, "a point for each score")
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.recall <= $1.recall })
    let last = try #require(curve.last)
    #expect(last.recall == 1)
    #expect(last.precision == Double(ranked.positives) / 200)
    for point in curve {
      let counts = ranked.counts(threshold: point.score, rule: .atLeast)
      #expect(abs(counts.precision - point.precision) < 1e-8)
      #expect(abs(counts.recall - point.recall) < 1e-8)
    }
    #expect(RankedScores([.init(photo: 0, score: 1, isPresent: false)]).curve.isEmpty)
  }
}
