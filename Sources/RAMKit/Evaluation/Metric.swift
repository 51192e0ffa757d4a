/// What is measured of many labels together.
public enum Metric: Sendable, Hashable {
  /// The mean of the labels' ``RankedScores/averagePrecision``, over **all** labels that are measured, as the
  /// official evaluator has it: a label that no photo has counts as 0.
  case meanAveragePrecision
  /// The same mean over those labels that some photo has.
  case meanAveragePrecisionWithPositives
  /// The mean of the labels' precisions at their thresholds, the official CP. A label that is never a
  /// tag counts as 0.
  case macroPrecision
  /// The mean of the labels' recalls, the official CR. A label that no photo has counts as 0.
  case macroRecall
  /// The harmonic mean of ``macroPrecision`` and ``macroRecall``, known as CF1.
  case macroF1
  /// The share of all tags that are true, known as OP.
  case microPrecision
  /// The share of all that is true that is a tag, known as OR.
  case microRecall
  /// The harmonic mean of ``microPrecision`` and ``microRecall``, known as OF1.
  case microF1
  /// Of all labels that annotations name as true, the share that is among the photo's k best scores. What
  /// is true only because it is above another label does not count.
  case recall(atRank: Int)
  /// Of the k best scores of all photos, the share that is true among those whose truth is known.
  case precision(atRank: Int)
  /// The share of photos whose one right answer is among the k best scores of its vocabulary. Other labels
  /// of the same score go before it.
  case accuracy(atRank: Int)

  /// A stable word for it: a key in JSON.
  public var code: String {
    switch self {
    case .meanAveragePrecision: "mAP"
    case .meanAveragePrecisionWithPositives: "mAPWithPositives"
    case .macroPrecision: "macroPrecision"
    case .macroRecall: "macroRecall"
    case .macroF1: "macroF1"
    case .microPrecision: "microPrecision"
    case .microRecall: "microRecall"
    case .microF1: "microF1"
    case .recall(let rank): "recall@\(rank)"
    case .precision(let rank): "precision@\(rank)"
    case .accuracy(let rank): "accuracy@\(rank)"
    }
  }

  /// What it is, for people.
  public var title: String {
    switch self {
    case .meanAveragePrecision: "mean average precision (official: all labels)"
    case .meanAveragePrecisionWithPositives: "mean average precision, labels with positives"
    case .macroPrecision: "precision, macro (CP)"
    case .macroRecall: "recall, macro (CR)"
    case .macroF1: "F1, macro (CF1)"
    case .microPrecision: "precision, micro (OP)"
    case .microRecall: "recall, micro (OR)"
    case .microF1: "F1, micro (OF1)"
    case .recall(let rank): "recall at \(rank)"
    case .precision(let rank): "precision at \(rank)"
    case .accuracy(let rank): "top-\(rank) accuracy"
    }
  }
}
