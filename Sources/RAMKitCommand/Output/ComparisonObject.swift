import RAMKit

/// A comparison as JSON.
enum ComparisonObject {
  static func object(_ comparison: AnswerComparison) -> JSON {
    .object([
      ("model", model(comparison.model, seconds: comparison.medianSeconds)),
      ("reference", model(comparison.reference, seconds: comparison.referenceMedianSeconds)),
      ("photos", .integer(comparison.photoCount)),
      ("logits", .object(members(comparison.logits))),
      ("referenceDeviation", .double(comparison.referenceDeviation)),
      (
        "tags",
        .object([
          ("common", .integer(comparison.commonTags)),
          ("appeared", .integer(comparison.appearedCount)),
          ("vanished", .integer(comparison.vanishedCount)),
          ("f1", .double(comparison.f1)),
        ])
      ),
      ("changes", .array(comparison.changes.map(object))),
      ("labels", .array(comparison.labels.map(object))),
      ("failures", .array(comparison.failures.map(object))),
    ])
  }

  private static func model(_ model: ModelDescription, seconds: Double) -> JSON {
    .object([
      ("path", .string(model.path)),
      ("family", .string(model.family.rawValue)),
      ("precision", .string(model.precision.rawValue)),
      ("medianSeconds", .double(seconds)),
    ])
  }

  private static func members(_ logits: LogitMovement) -> [(name: String, value: JSON)] {
    [
      ("maximum", .double(logits.maximum)),
      ("mean", .double(logits.mean)),
      ("rootMeanSquare", .double(logits.rootMeanSquare)),
      ("bias", .double(logits.bias)),
    ]
  }

  private static func object(_ label: AnswerComparison.LabelMovement) -> JSON {
    .object(
      [("label", .string(label.label.name)), ("index", .integer(label.index))]
        + members(label.logits))
  }

  private static func object(_ change: AnswerComparison.TagChange) -> JSON {
    .object([
      ("path", .string(change.photo)),
      ("label", .string(change.label.name)),
      ("index", .integer(change.index)),
      ("change", .string(change.appeared ? "appeared" : "vanished")),
      ("score", .float(change.score)),
      ("referenceScore", .float(change.referenceScore)),
      ("threshold", .float(change.threshold)),
      ("margin", .float(change.margin)),
    ])
  }

  private static func object(_ failure: AnswerComparison.Failure) -> JSON {
    .object([
      ("path", .string(failure.photo)),
      (
        "error",
        .object([
          ("code", .string(failure.error.code)), ("message", .string(failure.error.message)),
        ])
      ),
    ])
  }
}
