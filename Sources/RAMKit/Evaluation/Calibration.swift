/// Thresholds chosen on annotated photos, and how well they did on photos that they were not chosen on.
///
/// ```swift
/// let annotations = try Annotations(contentsOf: URL(filePath: "photos/annotations.jsonl"))
/// let evaluation = try await tagger.evaluate(annotations, in: URL(filePath: "photos"))
/// let calibration = try Calibration(evaluation, options: .init(goal: .precision(0.8)))
/// print(calibration.heldOut.precision, calibration.heldOut.recall)
/// ```
///
/// The photos are dealt into folds. For each fold all thresholds are chosen on the other ones, by all
/// steps below, and tried on it: ``heldOut`` counts what came out. Then they are chosen on all photos.
///
/// 1. A label with at least ``Options/minimumPositives`` photos that have it, and as many that do not, gets
///    its own threshold. For a precision: the lowest one at which the precision, with one false
///    tag counted in addition to those that were seen, is reached. The addition is what little evidence costs:
///    three right tags out of three don't prove a precision of 0.8, eight do. A label that does not
///    reach the precision gets the highest score of a photo without it, or the pooled threshold if that is
///    higher. For the best F1: the threshold that has it, the highest of several. For both: the higher of
///    the two. ``Options/pooledPositives`` lets what is counted in step 2 count beside its own photos, and
///    ``Options/maximumShare`` lets photos that have the label count less where they are too many.
/// 2. All others get a pooled one: that of all labels of their kind, taken for one, or if these
///    have too little evidence, too, or the kind is unknown, of all labels. Labels that are on no photo take
///    no part in the pools. Where there is no evidence at all, a label keeps its threshold.
/// 3. With ``Options/closesUpward`` a threshold is raised to that of every label above. Where a model gives
///    a dog no higher score than an animal, each tag then brings all those above it along.
public struct Calibration: Sendable {
  /// What thresholds are chosen for.
  public enum Goal: Sendable, Hashable {
    /// That this share of tags is true, with as many tags as that allows.
    case precision(Double)
    /// The highest F1 of each label.
    case bestF1
    /// The highest F1, but no more tags than leave this share of them true. Where most photos have a
    /// label, a precision alone may be reached by giving it to all.
    case bestF1WithPrecision(Double)

    /// The share of tags that has to be true; nil for any.
    var precision: Double? {
      switch self {
      case .precision(let precision), .bestF1WithPrecision(let precision): precision
      case .bestF1: nil
      }
    }
  }

  /// How thresholds are chosen.
  public struct Options: Sendable, Hashable {
    /// What for.
    public var goal: Goal
    /// Into how many folds the photos are dealt; 2 or more.
    public var folds: Int
    /// Photos with a label, and without, that its own threshold takes at least.
    public var minimumPositives: Int
    /// How many photos with a label the photos of all labels of its kind count for, beside its own. Few
    /// photos say little, and a threshold that fits them exactly fits no others.
    public var pooledPositives: Double
    /// The share of photos, above 0 and up to 1, that a label is taken to be on at most. Where more photos
    /// have it than will in use, each of those counts less: of photos that all show people, any threshold
    /// for "person" would do.
    public var maximumShare: Double
    /// Whether no threshold may be below that of a label above.
    public var closesUpward: Bool
    /// Decides who is in which fold.
    public var seed: UInt64

    /// Everything but the goal as most people want it.
    public init(
      goal: Goal, folds: Int = 5, minimumPositives: Int = 5, pooledPositives: Double = 0,
      maximumShare: Double = 1, closesUpward: Bool = false, seed: UInt64 = 0
    ) {
      self.goal = goal
      self.folds = folds
      self.minimumPositives = minimumPositives
      self.pooledPositives = pooledPositives
      self.maximumShare = maximumShare
      self.closesUpward = closesUpward
      self.seed = seed
    }
  }

  /// One label's threshold, and where it comes from.
  public struct Threshold: Sendable, Hashable {
    /// The threshold, chosen on all photos.
    public let value: Float
    /// What it rests on.
    public let basis: Basis
    /// Photos that have the label.
    public let positives: Int
    /// Photos that do not have it.
    public let negatives: Int
    /// The thresholds of the folds, each on the photos that it was not chosen on.
    public let heldOut: ConfusionCounts
  }

  /// What a threshold rests on.
  public enum Basis: String, Sendable, Hashable {
    /// The label's own photos.
    case own
    /// The label's own photos, none of which reach the wanted precision: little or nothing is a tag.
    case unreached
    /// The photos of all labels of its kind.
    case kind
    /// The photos of all labels.
    case all
    /// Nothing: it is what it was.
    case none
  }

  /// How thresholds were chosen.
  public let options: Options

  /// A threshold for each label of the evaluation, in its order.
  public let thresholds: [Threshold]

  /// How all labels together did on photos that their thresholds were not chosen on: those labels that
  /// ``Evaluation/report()`` measures, since one that is never known to be absent can't be wrong.
  public let heldOut: ConfusionCounts

  /// How they would seem to do on the photos that they were chosen on. It flatters, and is here to show by how
  /// much.
  public let chosenOn: ConfusionCounts

  /// Chooses thresholds on what was measured.
  ///
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)`` for an option that makes no sense, or if there
  ///   are fewer photos than folds.
  /// - Complexity: O(known · (log known + folds)), where `known` is the number of photos and labels whose
  ///   truth is known.
  public init(_ evaluation: Evaluation, options: Options) throws(RAMKitError) {
    try options.validate(photos: evaluation.photoCount)
    self.options = options
    let chooser = ThresholdChooser(evaluation, options: options)
    var heldOut = Array(repeating: ConfusionCounts(), count: chooser.columns.count)
    for fold in 0..<options.folds {
      let choices = chooser.choices { chooser.folds[$0] != fold }
      for (label, choice) in choices.enumerated() {
        let tested = chooser.columns[label].filter { chooser.folds[$0.photo] == fold }
        heldOut[label] = heldOut[label] + tested.counts(threshold: choice.value)
      }
    }
    let choices = chooser.choices { _ in true }
    thresholds = choices.enumerated().map { label, choice in
      let column = chooser.columns[label]
      return Threshold(
        value: choice.value, basis: choice.basis, positives: column.positives,
        negatives: column.negatives, heldOut: heldOut[label])
    }
    let measured = evaluation.measuredLabels
    self.heldOut = measured.reduce(ConfusionCounts()) { $0 + heldOut[$1] }
    chosenOn = measured.reduce(ConfusionCounts()) {
      $0 + chooser.columns[$1].counts(threshold: choices[$1].value)
    }
  }
}

extension Calibration {
  /// The same labels with the thresholds that were chosen, and the counts of photos that they rest on.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` if these are not as many labels as were measured.
  public func calibrated(_ labels: LabelSet) throws(RAMKitError) -> LabelSet {
    guard labels.count == thresholds.count else {
      throw .mismatchedLabels(
        reason: "there are \(thresholds.count) thresholds for \(labels.count) labels")
    }
    let changed = zip(labels.labels, thresholds).map { label, threshold in
      guard threshold.basis != .none else { return label }
      let isPooled = threshold.basis == .kind || threshold.basis == .all
      return label.with(
        threshold: threshold.value,
        evidence: Label.Evidence(
          positives: threshold.positives, negatives: threshold.negatives, isPooled: isPooled))
    }
    return try LabelSet(
      name: labels.name, source: labels.source, identity: labels.identity, labels: changed)
  }
}

extension Calibration.Options {
  func validate(photos: Int) throws(RAMKitError) {
    if let precision = goal.precision, !(precision > 0 && precision < 1) {
      throw .invalidOption(name: "precision", reason: "\(precision) is not between 0 and 1")
    }
    guard folds >= 2, folds <= photos else {
      throw .invalidOption(
        name: "folds",
        reason: "\(photos) photos can't be dealt into \(folds); give 2 or more, and no "
          + "more than there are photos")
    }
    guard minimumPositives >= 1 else {
      throw .invalidOption(name: "minimum of positives", reason: "\(minimumPositives) is below 1")
    }
    guard pooledPositives >= 0, pooledPositives.isFinite else {
      throw .invalidOption(name: "pooled positives", reason: "\(pooledPositives) is not 0 or more")
    }
    guard maximumShare > 0, maximumShare <= 1 else {
      throw .invalidOption(
        name: "maximum share", reason: "\(maximumShare) is not above 0 and up to 1")
    }
  }
}
