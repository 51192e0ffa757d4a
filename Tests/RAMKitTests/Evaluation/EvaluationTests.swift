import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct EvaluationTests {
  static let names = ["cat", "dog", "beach", "forest", "street"]

  static func set(_ labels: [Label] = names.map { Label($0, threshold: 0.5) }) throws -> LabelSet {
    try LabelSet(name: "test", labels: labels)
  }

  /// Measures `scores`, a row a photo of `annotations`.
  static func evaluation(
    _ annotations: String, _ scores: [[Float]], labels: [Label]? = nil,
    choices: [Annotations.Vocabulary] = [],
    options: EvaluationOptions = EvaluationOptions(ranks: [1, 3], bootstrapSamples: 0)
  ) throws -> Evaluation {
    let truth = try GroundTruth(
      Annotations(bytes: Array(annotations.utf8)),
      labels: try labels.map(Self.set) ?? Self.set(), choices: choices)
    var evaluation = try Evaluation(truth, options: options)
    for (photo, row) in scores.enumerated() {
      try evaluation.add(scores: row, forPhoto: photo)
    }
    return evaluation
  }

  @Test func whatIsUnknownCountsForNothing() throws {
    let report = try Self.evaluation(
      #"""
      {"path": "a", "tags": ["cat"], "absent": ["dog"]}
      {"path": "b", "tags": ["dog"], "absent": ["cat"]}
      {"path": "c", "tags": ["beach"], "complete": false}
      """#,
      [[0.9, 0.6, 0.9, 0, 0], [0.1, 0.8, 0.9, 0, 0], [0.95, 0.95, 0.2, 0, 0]]
    ).report()
    // Nothing says where there is no beach, so no ranking of it can be judged.
    #expect(report.labels.map(\.label.name) == ["cat", "dog"])
    #expect(report.labels.map { $0.scores.entries.count } == [2, 2])
    #expect(report.labels[1].counts.falsePositives == 1)
    let precision = try #require(report.overall[.microPrecision])
    #expect(abs(precision - 2.0 / 3) < 1e-8)
    #expect(abs(try #require(report.overall[.microRecall]) - 1) < 1e-8)
    #expect(report.overall.photoCount == 3 && report.overall.labelCount == 2)
  }

  @Test func takesRanksAmongAllLabels() throws {
    let report = try Self.evaluation(
      "a,cat,forest\nb,dog", [[0.9, 0.8, 0.7, 0.6, 0.5], [0.1, 0.2, 0.9, 0.8, 0.7]]
    ).report()
    #expect(report.overall[.recall(atRank: 1)] == 1.0 / 3)
    #expect(report.overall[.precision(atRank: 1)] == 1.0 / 2)
    #expect(report.overall[.recall(atRank: 3)] == 1.0 / 3)
    #expect(report.overall[.precision(atRank: 3)] == 1.0 / 6)
  }

  @Test func labelsAboveAreTrueButNotAskedFor() throws {
    let labels = [Label("animal"), Label("dog", parents: ["animal"]), Label("car")]
    let report = try Self.evaluation(
      "a,dog", [[0.9, 0.8, 0.1]], labels: labels, options: .init(ranks: [1, 2])
    ).report()
    #expect(report.overall[.recall(atRank: 1)] == 0)
    #expect(report.overall[.recall(atRank: 2)] == 1)
    #expect(report.overall[.precision(atRank: 1)] == 1)
  }

  @Test func measuresVocabulariesByThemselves() throws {
    let report = try Self.evaluation(
      #"""
      {"vocabulary": "scenes", "labels": ["beach", "forest", "street"]}
      {"vocabulary": "pets", "labels": ["cat", "dog"]}
      {"path": "a", "answers": {"scenes": "beach"}}
      {"path": "b", "answers": {"scenes": "forest"}}
      {"path": "c", "tags": ["cat"], "vocabularies": ["pets"]}
      {"path": "d", "tags": ["dog"], "vocabularies": ["pets"]}
      """#,
      [
        [0.99, 0.99, 0.5, 0.4, 0.3], [0, 0, 0.7, 0.6, 0.8], [0.6, 0.4, 0, 0, 0],
        [0.7, 0.9, 0, 0, 0],
      ]
    ).report()
    #expect(report.groups.map(\.name) == ["scenes", "pets"])
    let (scenes, pets) = (report.groups[0], report.groups[1])
    #expect(scenes.photoCount == 2 && scenes.answerCount == 2 && scenes.labelCount == 0)
    #expect(scenes[.accuracy(atRank: 1)] == 0.5)
    #expect(scenes[.accuracy(atRank: 5)] == 1)
    #expect(scenes[.meanAveragePrecision] == nil && scenes[.precision(atRank: 1)] == nil)
    #expect(scenes[.recall(atRank: 1)] == 0)
    #expect(pets.photoCount == 2 && pets.answerCount == 0 && pets.labelCount == 2)
    #expect(pets[.accuracy(atRank: 1)] == nil)
    #expect(abs(try #require(pets[.meanAveragePrecision]) - 0.75) < 1e-8)
  }

  @Test func findsTheAnswerAmongChoices() throws {
    let choice = Annotations.Vocabulary(name: "scene", labels: ["beach", "forest", "street"])
    let report = try Self.evaluation(
      "a,cat,beach\nb,forest\nc,beach,street\nd,cat",
      [[1, 0, 0.9, 0.1, 0], [0, 0, 0.5, 0.5, 0.1], [0, 0, 1, 0, 1], [1, 0, 0, 0, 0]],
      choices: [choice]
    ).report()
    // Of photo c two are true and of d none; on photo b another label scores as much.
    #expect(report.groups[0].answerCount == 2)
    #expect(report.groups[0][.accuracy(atRank: 1)] == 0.5)
  }

  @Test func omittedLabelsCountWhereTheyAreAskedFor() throws {
    let labels = [Label("cat", isOmitted: true), Label("dog")]
    func report(_ includes: Bool) throws -> EvaluationReport {
      let options = EvaluationOptions(
        tagging: TaggingOptions(includesOmittedLabels: includes), ranks: [1], bootstrapSamples: 0)
      return try Self.evaluation(
        "a,cat\nb,dog", [[1, 0], [1, 0.9]], labels: labels, options: options
      )
      .report()
    }
    #expect(try report(false).labels.map(\.label.name) == ["dog"])
    #expect(try report(false).overall[.recall(atRank: 1)] == 1)
    #expect(try report(true).labels.map(\.label.name) == ["cat", "dog"])
    #expect(try report(true).overall[.recall(atRank: 1)] == 0.5)
  }

  @Test func oneThresholdForAllTakesTheLabelsPlace() throws {
    let options = EvaluationOptions(tagging: TaggingOptions(threshold: 0.85), bootstrapSamples: 0)
    let report = try Self.evaluation(
      "a,cat\nb,dog", [[0.8, 0, 0, 0, 0], [0, 0.9, 0, 0, 0]], options: options
    ).report()
    #expect(report.labels[0].counts.falseNegatives == 1 && report.labels[0].threshold == 0.85)
    #expect(report.missedPositives.map(\.label.name) == ["cat"])
    #expect(report.missedPositives.map(\.path) == ["a.jpg"])
    #expect(report.falsePositives.isEmpty)
  }

  @Test func mistakesComeWorstFirstAndFewOfALabel() throws {
    let rows = (0..<8).map { [0.6 + Float($0) * 0.04, 0.55, 0, 0, 0] }
    let lines = (0..<8).map { "\($0)\n" }.joined()
    let mistakes = try Self.evaluation(lines, rows).report().falsePositives
    #expect(mistakes.prefix(3).map(\.path) == ["7.jpg", "6.jpg", "5.jpg"])
    #expect(mistakes.map(\.label.name) == ["cat", "cat", "cat", "dog", "dog", "dog"])
  }

  @Test func refusesWhatDoesNotFit() throws {
    let truth = try GroundTruth(Annotations(bytes: Array("a,cat".utf8)), labels: Self.set())
    var evaluation = try Evaluation(truth)
    #expect(throws: RAMKitError.self) { try evaluation.add(logits: [1], forPhoto: 0) }
    #expect(throws: RAMKitError.self) {
      try evaluation.add(logits: [0, 0, .nan, 0, 0], forPhoto: 0)
    }
    #expect(throws: RAMKitError.self) { try evaluation.add(logits: [0, 0, 0, 0, 0], forPhoto: 1) }
    try evaluation.add(logits: [0, .infinity, -.infinity, 0, 0], forPhoto: 0)
    #expect(throws: RAMKitError.self) { try evaluation.add(logits: [0, 0, 0, 0, 0], forPhoto: 0) }
    #expect(throws: RAMKitError.self) { try Evaluation(truth, options: .init(ranks: [0])) }
    #expect(throws: RAMKitError.self) { try Evaluation(truth, options: .init(confidence: 1)) }
    #expect(throws: RAMKitError.self) {
      try Evaluation(truth, options: .init(bootstrapSamples: -1))
    }
  }

  @Test func nothingMeasuredIsNoFigure() throws {
    let truth = try GroundTruth(Annotations(bytes: Array("a,cat".utf8)), labels: Self.set())
    var evaluation = try Evaluation(truth)
    evaluation.add(failure: .fileNotFound(path: "a.jpg"), forPhoto: 0)
    let report = evaluation.report()
    #expect(report.failures.map(\.path) == ["a.jpg"])
    #expect(report.overall.measurements.isEmpty && report.labels.isEmpty)
  }

  // MARK: - Intervals

  /// 60 photos of random truth, with scores that know some of it.
  static func noisy(seed: UInt64, options: EvaluationOptions) throws -> EvaluationReport {
    var random = SeededGenerator(seed: 5)
    var lines = ""
    var rows: [[Float]] = []
    for photo in 0..<60 {
      let present = names.map { _ in random.next() % 4 == 0 }
      lines += "\(photo)" + zip(names, present).filter(\.1).map { ",\($0.0)" }.joined() + "\n"
      rows.append(present.map { ($0 ? 0.3 : 0) + 0.7 * abs(random.float()) })
    }
    var options = options
    options.seed = seed
    return try evaluation(lines, rows, options: options).report()
  }

  @Test func intervalsAreDecidedByTheSeed() throws {
    let options = EvaluationOptions(bootstrapSamples: 200)
    let one = try Self.noisy(seed: 1, options: options).overall.measurements
    #expect(try Self.noisy(seed: 1, options: options).overall.measurements == one)
    let other = try Self.noisy(seed: 2, options: options).overall.measurements
    #expect(other != one)
    #expect(other.map(\.value) == one.map(\.value))
    for measurement in one {
      let interval = try #require(measurement.interval, "\(measurement.metric.code)")
      #expect(interval.contains(measurement.value), "\(measurement.metric.code)")
      #expect(interval.lowerBound >= 0 && interval.upperBound <= 1)
      #expect(interval.upperBound - interval.lowerBound < 0.5, "\(measurement.metric.code)")
    }
  }

  /// One photo in three has the only label: many samples miss it, and say nothing.
  @Test func aSampleWithoutAnythingTrueIsNoZero() throws {
    let report = try Self.evaluation(
      "a,cat\nb\nc", [[0.9], [0.1], [0.2]], labels: [Label("cat", threshold: 0.5)],
      options: .init(bootstrapSamples: 50)
    ).report()
    let recall = try #require(report.overall.measurements.first { $0.metric == .microRecall })
    #expect(try #require(recall.interval).lowerBound > 0.99)
  }

  @Test func moreConfidenceIsAWiderInterval() throws {
    func width(_ confidence: Double) throws -> Double {
      let options = EvaluationOptions(bootstrapSamples: 300, confidence: confidence)
      let report = try Self.noisy(seed: 1, options: options)
      let first = try #require(report.overall.measurements.first?.interval)
      return first.upperBound - first.lowerBound
    }
    #expect(try width(0.5) < width(0.9))
    #expect(try width(0.9) < width(0.99))
  }
}
