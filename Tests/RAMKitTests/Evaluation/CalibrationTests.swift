import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct CalibrationTests {
  /// Photos of random truth. Those with a label score above `separation`, those without below; the rest of a
  /// score is noise.
  static func evaluation(
    photos: Int = 200, labels: [Label], separation: Float = 0.5, rarity: [UInt64],
    seed: UInt64 = 1
  ) throws -> Evaluation {
    var random = SeededGenerator(seed: seed)
    var lines = ""
    var rows: [[Float]] = []
    for photo in 0..<photos {
      let present = rarity.map { $0 > 0 && random.next() % $0 == 0 }
      lines += "\(photo)" + zip(labels, present).filter(\.1).map { ",\($0.0.name)" }.joined() + "\n"
      rows.append(
        present.map { isPresent in
          (isPresent ? separation : 0) + (1 - separation) * abs(random.float())
        })
    }
    let set = try LabelSet(name: "test", labels: labels)
    let truth = try GroundTruth(
      Annotations(bytes: Array(lines.utf8)), labels: set, closesUpward: false)
    var evaluation = try Evaluation(truth)
    for (photo, row) in rows.enumerated() { try evaluation.add(scores: row, forPhoto: photo) }
    return evaluation
  }

  @Test(arguments: [Calibration.Goal.precision(0.9), .bestF1, .bestF1WithPrecision(0.8)])
  func separableLabelsAreSeparatedOnPhotosNeverSeen(_ goal: Calibration.Goal) throws {
    let labels = [Label("a"), Label("b")]
    let evaluation = try Self.evaluation(labels: labels, rarity: [3, 4])
    let calibration = try Calibration(evaluation, options: .init(goal: goal))
    #expect(calibration.thresholds.allSatisfy { $0.basis == .own })
    #expect(calibration.heldOut.precision > 0.9)
    #expect(calibration.heldOut.recall > 0.97)
    let counts = calibration.heldOut
    let all =
      counts.truePositives + counts.falsePositives + counts.falseNegatives + counts.trueNegatives
    #expect(all == 400, "each photo is held out once")
  }

  @Test(arguments: [0.6, 0.75, 0.9])
  func aWantedPrecisionIsMetOnPhotosNeverSeen(_ precision: Double) throws {
    // Scores overlap: only a threshold far up is that precise.
    let labels = (0..<6).map { Label("\($0)") }
    let evaluation = try Self.evaluation(
      photos: 600, labels: labels, separation: 0.3, rarity: [2, 3, 3, 4, 4, 5])
    let calibration = try Calibration(evaluation, options: .init(goal: .precision(precision)))
    #expect(abs(calibration.heldOut.precision - precision) < 0.06)
    #expect(calibration.heldOut.recall > 0.2)
    #expect(calibration.chosenOn.precision >= precision)
  }

  /// Both wishes at once lead to the higher of the two thresholds.
  @Test func theBestF1WithAPrecisionIsTheStricterOfTheTwo() throws {
    let labels = (0..<4).map { Label("\($0)") }
    let evaluation = try Self.evaluation(
      photos: 300, labels: labels, separation: 0.3, rarity: [2, 4, 5, 6])
    func thresholds(_ goal: Calibration.Goal) throws -> [Float] {
      try Calibration(evaluation, options: .init(goal: goal)).thresholds.map(\.value)
    }
    let both = try thresholds(.bestF1WithPrecision(0.7))
    let (f1, precision) = (try thresholds(.bestF1), try thresholds(.precision(0.7)))
    #expect(both == zip(f1, precision).map(max))
    #expect(both != f1 && both != precision, "\(f1), \(precision)")
  }

  @Test func chanceIsNotTakenForSkill() throws {
    // Scores say nothing. Chosen on themselves, some thresholds look good; held-out photos see through it.
    let labels = (0..<10).map { Label("\($0)") }
    let evaluation = try Self.evaluation(
      photos: 60, labels: labels, separation: 0, rarity: Array(repeating: 4, count: 10))
    let calibration = try Calibration(evaluation, options: .init(goal: .bestF1))
    #expect(calibration.heldOut.f1 < calibration.chosenOn.f1 - 0.02)
  }

  @Test func rareLabelsShareAThreshold() throws {
    let labels = [
      Label("often", kind: .object), Label("seldom", kind: .object),
      Label("never", threshold: 0.123, kind: .object), Label("beach", kind: .scene),
      Label("plain"),
    ]
    let evaluation = try Self.evaluation(labels: labels, rarity: [3, 80, 0, 90, 70])
    let calibration = try Calibration(
      evaluation, options: .init(goal: .precision(0.8), minimumPositives: 6))
    #expect(calibration.thresholds.map(\.basis) == [.own, .kind, .kind, .all, .all])
    #expect(calibration.thresholds[1].value == calibration.thresholds[2].value)
    let set = try calibration.calibrated(LabelSet(name: "test", labels: labels))
    let evidence = set.labels.map(\.evidence)
    #expect(evidence.map { $0?.isPooled } == [false, true, true, true, true])
    #expect(evidence[2]?.positives == 0 && evidence[2]?.negatives == 200)
    #expect(evidence.allSatisfy { ($0?.positives ?? 0) + ($0?.negatives ?? 0) == 200 })
  }

  @Test func withoutEvidenceALabelKeepsItsThreshold() throws {
    let labels = [Label("a", threshold: 0.123)]
    let evaluation = try Self.evaluation(photos: 5, labels: labels, rarity: [0])
    let calibration = try Calibration(evaluation, options: .init(goal: .bestF1, folds: 2))
    #expect(calibration.thresholds.map(\.basis) == [.none])
    let set = try LabelSet(name: "test", labels: labels)
    #expect(try calibration.calibrated(set) == set)
    #expect(throws: RAMKitError.self) {
      try calibration.calibrated(LabelSet(name: "two", labels: [Label("a"), Label("b")]))
    }
  }

  @Test func aPrecisionOutOfReachIsSaidToBe() throws {
    let labels = [Label("a"), Label("noise")]
    var lines = ""
    var rows: [[Float]] = []
    for photo in 0..<80 {
      lines += "\(photo)" + (photo % 2 == 0 ? ",a" : "") + (photo % 4 == 0 ? ",noise" : "") + "\n"
      // What has no noise scores highest for it.
      rows.append([photo % 2 == 0 ? 0.9 : 0.1, photo % 4 == 0 ? 0.1 : 0.7])
    }
    let truth = try GroundTruth(
      Annotations(bytes: Array(lines.utf8)), labels: LabelSet(name: "test", labels: labels))
    var evaluation = try Evaluation(truth)
    for (photo, row) in rows.enumerated() { try evaluation.add(scores: row, forPhoto: photo) }
    let calibration = try Calibration(evaluation, options: .init(goal: .precision(0.8)))
    #expect(calibration.thresholds.map(\.basis) == [.own, .unreached])
    #expect(calibration.thresholds[1].value >= 0.7)
    #expect(calibration.heldOut.precision > 0.99)
  }

  /// "animal" follows from "dog" and is never known to be absent: its tags are right by nobody's merit.
  @Test func whatCannotBeWrongIsNotCounted() throws {
    let labels = [Label("animal"), Label("dog", parents: ["animal"])]
    let lines = (0..<40).map { photo in
      let tags = photo % 2 == 0 ? "\"tags\": [\"dog\"]" : "\"absent\": [\"dog\"]"
      return "{\"path\": \"\(photo)\", \(tags), \"complete\": false}\n"
    }
    let truth = try GroundTruth(
      Annotations(bytes: Array(lines.joined().utf8)), labels: LabelSet(name: "test", labels: labels)
    )
    var evaluation = try Evaluation(truth)
    for photo in 0..<40 {
      try evaluation.add(scores: [0.99, photo % 2 == 0 ? 0.8 : 0.2], forPhoto: photo)
    }
    let calibration = try Calibration(evaluation, options: .init(goal: .bestF1))
    #expect(calibration.thresholds.map(\.basis) == [.all, .own])
    #expect(calibration.heldOut.truePositives == 20 && calibration.heldOut.trueNegatives == 20)
    #expect(calibration.chosenOn == calibration.heldOut)
  }

  @Test func closedUpwardNoThresholdIsBelowOneAbove() throws {
    let labels = [
      Label("animal"), Label("dog", parents: ["animal"]), Label("poodle", parents: ["dog"]),
    ]
    let evaluation = try Self.evaluation(labels: labels, separation: 0.2, rarity: [5, 2, 2])
    func values(_ closes: Bool) throws -> [Float] {
      try Calibration(
        evaluation, options: .init(goal: .precision(0.8), closesUpward: closes)
      ).thresholds.map(\.value)
    }
    let free = try values(false)
    #expect(free[0] > free[1], "else this shows nothing")
    let closed = try values(true)
    #expect(closed[0] == free[0] && closed[1] == free[0] && closed[2] >= closed[1])
  }

  @Test func theSeedDecides() throws {
    let labels = (0..<3).map { Label("\($0)") }
    let evaluation = try Self.evaluation(labels: labels, separation: 0.1, rarity: [3, 3, 3])
    func heldOut(_ seed: UInt64) throws -> [ConfusionCounts] {
      try Calibration(evaluation, options: .init(goal: .bestF1, seed: seed)).thresholds.map(
        \.heldOut)
    }
    #expect(try heldOut(1) == heldOut(1))
    #expect(try heldOut(1) != heldOut(2))
  }

  /// Thresholds fitted to five photos each are worse on others than with the photos of all beside them.
  @Test func whatIsPooledHelpsWhereThereIsLittle() throws {
    let labels = (0..<40).map { Label("\($0)") }
    let evaluation = try Self.evaluation(
      photos: 150, labels: labels, separation: 0.2, rarity: Array(repeating: 20, count: 40))
    func f1(_ pooledPositives: Double) throws -> Double {
      try Calibration(
        evaluation, options: .init(goal: .bestF1, pooledPositives: pooledPositives)
      ).heldOut.f1
    }
    #expect(try f1(30) > f1(0) + 0.02)
  }

  /// Of a label that most photos have, any tag is likely right here, and is not where few have it.
  @Test func whatIsOnTooManyPhotosCountsLess() throws {
    let evaluation = try Self.evaluation(
      photos: 1000, labels: [Label("a"), Label("b")], separation: 0.2, rarity: [2, 2])
    let goal = Calibration.Goal.precision(0.7)
    let free = try Calibration(evaluation, options: .init(goal: goal))
    let capped = try Calibration(evaluation, options: .init(goal: goal, maximumShare: 0.1))
    #expect(free.thresholds[0].value < capped.thresholds[0].value)
    let counts = capped.thresholds[0].heldOut
    let right = Double(counts.truePositives) * (0.1 / 0.9)
    #expect(abs(right / (right + Double(counts.falsePositives)) - 0.7) < 0.1)
  }

  /// A threshold that a file can hold: it parts the scores where it should, and is short.
  @Test func thresholdsAreShortAndStrict() throws {
    for seed in 0..<10 as Range<UInt64> {
      let ranked = RankedScores(RankedScoresTests.entries(50, seed: seed, step: 0.0013))
      let candidates = ThresholdCandidates(ranked)
      // Nothing is below a score of 0.
      for (index, step) in candidates.steps.enumerated() where step.score > 0 {
        let threshold = candidates.threshold(behind: index + 1)
        #expect(
          ranked.entries.count { $0.score > threshold }
            == ranked.entries.count { $0.score >= step.score })
        #expect("\(threshold)".count <= 7)
      }
    }
  }

  @Test func refusesWhatMakesNoSense() throws {
    let evaluation = try Self.evaluation(photos: 4, labels: [Label("a")], rarity: [2])
    for options in [
      Calibration.Options(goal: .precision(1)), .init(goal: .precision(0)),
      .init(goal: .bestF1WithPrecision(2)),
      .init(goal: .precision(.nan)), .init(goal: .bestF1, folds: 1), .init(goal: .bestF1, folds: 5),
      .init(goal: .bestF1, folds: 2, minimumPositives: 0),
      .init(goal: .bestF1, folds: 2, pooledPositives: -1),
      .init(goal: .bestF1, folds: 2, maximumShare: 0),
    ] {
      #expect(throws: RAMKitError.self) { try Calibration(evaluation, options: options) }
    }
  }
}
