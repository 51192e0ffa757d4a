import RAMKit

/// A report as JSON.
enum EvaluationObject {
  static func object(_ report: EvaluationReport) -> JSON {
    .object([
      ("rule", .string(report.options.rule.rawValue)),
      ("threshold", report.options.tagging.threshold.map { .float($0) } ?? .null),
      (
        "bootstrap",
        .object([
          ("samples", .integer(report.options.bootstrapSamples)),
          ("confidence", .double(report.options.confidence)),
          ("seed", .verbatim("\(report.options.seed)")),
        ])
      ),
      ("overall", object(report.overall)),
      ("vocabularies", .array(report.groups.map(object))),
      ("labels", .array(report.labels.map(object))),
      ("falsePositives", .array(report.falsePositives.map(object))),
      ("missedPositives", .array(report.missedPositives.map(object))),
      ("failures", .array(report.failures.map(object))),
      ("unknownNames", .array(report.unknownNames.map(object))),
    ])
  }

  private static func object(_ group: EvaluationReport.Group) -> JSON {
    .object([
      ("name", group.name.map { .string($0) } ?? .null),
      ("names", group.vocabulary.map { .integer($0.nameCount) } ?? .null),
      ("knownNames", group.vocabulary.map { .integer($0.labels.count) } ?? .null),
      ("photos", .integer(group.photoCount)),
      ("labels", .integer(group.labelCount)),
      ("labelsWithPositives", .integer(group.labelsWithPositives)),
      ("answers", .integer(group.answerCount)),
      ("figures", .object(group.measurements.map { ($0.metric.code, object($0)) })),
    ])
  }

  private static func object(_ measurement: EvaluationReport.Measurement) -> JSON {
    .object([
      ("value", .double(measurement.value)),
      ("low", measurement.interval.map { .double($0.lowerBound) } ?? .null),
      ("high", measurement.interval.map { .double($0.upperBound) } ?? .null),
    ])
  }

  private static func object(_ figures: EvaluationReport.LabelFigures) -> JSON {
    .object([
      ("label", .string(figures.label.name)),
      ("index", .integer(figures.index)),
      ("positives", .integer(figures.scores.positives)),
      ("negatives", .integer(figures.scores.negatives)),
      ("averagePrecision", .double(figures.averagePrecision)),
      ("threshold", .float(figures.threshold)),
      ("truePositives", .integer(figures.counts.truePositives)),
      ("falsePositives", .integer(figures.counts.falsePositives)),
      ("falseNegatives", .integer(figures.counts.falseNegatives)),
      ("precision", .double(figures.counts.precision)),
      ("recall", .double(figures.counts.recall)),
      ("f1", .double(figures.counts.f1)),
    ])
  }

  private static func object(_ mistake: EvaluationReport.Mistake) -> JSON {
    .object([
      ("path", .string(mistake.path)),
      ("label", .string(mistake.label.name)),
      ("index", .integer(mistake.index)),
      ("score", .float(mistake.score)),
      ("threshold", .float(mistake.threshold)),
    ])
  }

  private static func object(_ failure: EvaluationReport.Failure) -> JSON {
    .object([
      ("path", .string(failure.path)),
      (
        "error",
        .object([
          ("code", .string(failure.error.code)), ("message", .string(failure.error.message)),
        ])
      ),
    ])
  }

  private static func object(_ name: GroundTruth.UnknownName) -> JSON {
    .object([
      ("name", .string(name.name)), ("lines", .integer(name.lines)),
      ("firstLine", .integer(name.firstLine)),
    ])
  }
}
