import Foundation
import RAMKit
import Testing

/// RAMKit's figures are the official evaluator's.
@Suite struct OfficialEvaluatorTests {
  struct Example: Decodable {
    struct Photo: Decodable {
      let tags: [String]
      let scores: [Float]
    }
    let labels: [String]
    let photos: [Photo]
    let mAP: Double
    let averagePrecisions: [Double]
    let thresholds: [Float]?
    let predicted: [[String]]?
    let macroPrecision: Double?
    let macroRecall: Double?
    let precisions: [Double]?
    let recalls: [Double]?

    static func all() throws -> [String: Example] {
      let url = try #require(Bundle.module.resourceURL)
        .appendingPathComponent("Evaluation/official.json")
      return try JSONDecoder().decode([String: Example].self, from: Data(contentsOf: url))
    }

    /// All of it, through the same doors as a run of `ramkit eval`.
    func report(rule: ThresholdRule) throws -> EvaluationReport {
      let lines = photos.enumerated().map { (["\($0)"] + $1.tags).joined(separator: ",") + "\n" }
      let annotations = try Annotations(bytes: Array(lines.joined().utf8))
      let set = try LabelSet(
        name: "official", identity: .index,
        labels: labels.enumerated().map { Label($1, threshold: thresholds?[$0] ?? 0.5) })
      var evaluation = try Evaluation(
        GroundTruth(annotations, labels: set),
        options: EvaluationOptions(rule: rule, bootstrapSamples: 0))
      for (index, photo) in photos.enumerated() {
        try evaluation.add(scores: photo.scores, forPhoto: index)
      }
      return evaluation.report()
    }
  }

  @Test(arguments: ["distinctNames", "repeatedName"])
  func averagePrecisionsAreTheSame(_ name: String) throws {
    let example = try #require(try Example.all()[name])
    let report = try example.report(rule: .atLeast)
    #expect(report.labels.map(\.index) == Array(example.labels.indices))
    for (label, expected) in zip(report.labels, example.averagePrecisions) {
      #expect(abs(label.averagePrecision - expected) < 1e-14, "\(label.label.name)")
    }
    let mean = try #require(report.overall[.meanAveragePrecision])
    #expect(abs(mean - example.mAP) < 1e-14)
  }

  @Test func precisionsAndRecallsAreTheSame() throws {
    let example = try #require(try Example.all()["distinctNames"])
    let report = try example.report(rule: .atLeast)
    let precisions = try #require(example.precisions)
    let recalls = try #require(example.recalls)
    for (place, label) in report.labels.enumerated() {
      #expect(abs(label.counts.precision - precisions[place]) < 1e-14, "\(label.label.name)")
      #expect(abs(label.counts.recall - recalls[place]) < 1e-14, "\(label.label.name)")
      let predicted = try #require(example.predicted).count { $0.contains(label.label.name) }
      #expect(label.counts.truePositives + label.counts.falsePositives == predicted)
    }
    let figures = report.overall
    #expect(abs(try #require(figures[.macroPrecision]) - example.macroPrecision!) < 1e-14)
    #expect(abs(try #require(figures[.macroRecall]) - example.macroRecall!) < 1e-14)
  }

  /// The class "cat" has a photo at exactly its threshold, which only one of the rules takes.
  @Test func theRulesDifferAtTheThresholdAlone() throws {
    let example = try #require(try Example.all()["distinctNames"])
    func tags(_ rule: ThresholdRule) throws -> [Int] {
      try example.report(rule: rule).labels.map {
        $0.counts.truePositives + $0.counts.falsePositives
      }
    }
    let above = try tags(.above)
    let atLeast = try tags(.atLeast)
    #expect(zip(above, atLeast).map { $1 - $0 } == [1, 0, 0, 0, 0])
  }

  @Test func aLabelWithoutPositivesCountsInTheOfficialMeanAlone() throws {
    let example = try #require(try Example.all()["distinctNames"])
    let figures = try example.report(rule: .above).overall
    let all = try #require(figures[.meanAveragePrecision])
    let some = try #require(figures[.meanAveragePrecisionWithPositives])
    #expect(figures.labelCount == 5 && figures.labelsWithPositives == 4)
    #expect(abs(all * 5 - some * 4) < 1e-12)
  }
}
