import Foundation
import RAMKit

/// What a calibration came to, for people and as JSON.
enum CalibrationText {
  private static let bases: [(Calibration.Basis, String)] = [
    (.own, "on their own photos"),
    (.unreached, "on their own photos, none of which reach the precision"),
    (.kind, "with all labels of their kind"),
    (.all, "with all labels"),
    (.none, "left as they were"),
  ]

  static func page(_ calibration: Calibration, _ labels: LabelSet, photos: Int) -> String {
    var fields = [("goal", goal(calibration.options)), ("photos", "\(photos)")]
    fields.append(("held-out photos", line(calibration.heldOut)))
    fields.append(("the photos chosen on", line(calibration.chosenOn)))
    var isFirst = true
    for (basis, name) in bases {
      let count = calibration.thresholds.count { $0.basis == basis }
      guard count > 0 else { continue }
      fields.append((isFirst ? "thresholds" : "", "\(count) \(name)"))
      isFirst = false
    }
    return FieldText.lines(fields)
  }

  static func object(_ calibration: Calibration, _ labels: LabelSet, photos: Int) -> JSON {
    .object([
      ("goal", .string(goal(calibration.options))),
      ("photos", .integer(photos)),
      ("folds", .integer(calibration.options.folds)),
      ("seed", .verbatim("\(calibration.options.seed)")),
      ("heldOut", object(calibration.heldOut)),
      ("chosenOn", object(calibration.chosenOn)),
      (
        "labels",
        .array(zip(labels.labels, calibration.thresholds).map { object($0, $1) })
      ),
    ])
  }

  /// What a set's source says of where its thresholds come from; an earlier calibration's word is replaced.
  static func source(_ source: String, _ options: Calibration.Options, photos: Int) -> String {
    let mark = "thresholds calibrated for "
    let before = source.components(separatedBy: mark)[0]
    let own = mark + "\(goal(options)) on \(photos) photos"
    return before.isEmpty || before.hasSuffix("; ") ? before + own : before + "; " + own
  }

  private static func goal(_ options: Calibration.Options) -> String {
    switch options.goal {
    case .precision(let precision): "precision \(precision)"
    case .bestF1: "the best F1"
    case .bestF1WithPrecision(let precision): "the best F1 with precision \(precision)"
    }
  }

  private static func line(_ counts: ConfusionCounts) -> String {
    let figures = [
      ("precision", counts.precision), ("recall", counts.recall), ("F1", counts.f1),
    ]
    return figures.map { "\($0.0) \(EvaluationText.percent($0.1))" }.joined(separator: ", ")
      + ", of \(counts.truePositives + counts.falsePositives) tags"
  }

  private static func object(_ counts: ConfusionCounts) -> JSON {
    .object([
      ("truePositives", .integer(counts.truePositives)),
      ("falsePositives", .integer(counts.falsePositives)),
      ("falseNegatives", .integer(counts.falseNegatives)),
      ("precision", .double(counts.precision)), ("recall", .double(counts.recall)),
      ("f1", .double(counts.f1)),
    ])
  }

  private static func object(_ label: Label, _ threshold: Calibration.Threshold) -> JSON {
    .object([
      ("label", .string(label.name)), ("threshold", .float(label.threshold)),
      ("basis", .string(threshold.basis.rawValue)),
      ("positives", .integer(threshold.positives)), ("negatives", .integer(threshold.negatives)),
      ("heldOut", object(threshold.heldOut)),
    ])
  }
}
