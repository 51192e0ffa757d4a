/// How good a model's tags are on annotated photos.
public struct EvaluationReport: Sendable {
  /// One figure, and how far it might move with other photos.
  public struct Measurement: Sendable, Hashable {
    /// What is measured.
    public let metric: Metric
    /// Its value, in 0...1.
    public let value: Double
    /// The interval that the bootstrap gave; nil where there was none.
    public let interval: ClosedRange<Double>?
  }

  /// What was measured over some labels and photos together.
  public struct Group: Sendable {
    /// The vocabulary; nil for all labels and photos.
    public let vocabulary: GroundTruth.Vocabulary?
    /// Photos that were measured.
    public let photoCount: Int
    /// Labels that were measured.
    public let labelCount: Int
    /// Labels that at least one photo has.
    public let labelsWithPositives: Int
    /// Photos that have one right answer among the vocabulary's labels.
    public let answerCount: Int
    /// What could be measured: ranking and thresholds only where there are labels, accuracy only where there
    /// are answers.
    public let measurements: [Measurement]

    /// The vocabulary's name; nil for all labels and photos.
    public var name: String? { vocabulary?.name }

    /// The value of one metric; nil where it was not measured.
    public subscript(metric: Metric) -> Double? {
      measurements.first { $0.metric == metric }?.value
    }
  }

  /// What was measured of one label.
  public struct LabelFigures: Sendable {
    /// The label.
    public let label: Label
    /// Its index.
    public let index: Int
    /// The threshold that ``counts`` are for.
    public let threshold: Float
    /// What is right and wrong at the threshold.
    public let counts: ConfusionCounts
    /// The official average precision.
    public let averagePrecision: Double
    /// Its scores, best first.
    public let scores: RankedScores
  }

  /// A tag that is not true, or something true that is no tag.
  public struct Mistake: Sendable {
    /// The photo's place in the annotations.
    public let photo: Int
    /// The photo's path, as annotated.
    public let path: String
    /// The label.
    public let label: Label
    /// Its index.
    public let index: Int
    /// Its score for the photo.
    public let score: Float
    /// The threshold that the score is, wrongly, beyond or not beyond.
    public let threshold: Float
  }

  /// A photo that could not be measured.
  public struct Failure: Sendable {
    /// The photo's place in the annotations.
    public let photo: Int
    /// The photo's path, as annotated.
    public let path: String
    /// Why.
    public let error: RAMKitError
  }

  /// Over all photos, and all labels that the annotations name.
  public let overall: Group

  /// The same for each vocabulary, over the photos that are complete in it or have an answer from it.
  public let groups: [Group]

  /// Every label that was measured, in the order of its index.
  public let labels: [LabelFigures]

  /// The tags that are surest, and wrong.
  public let falsePositives: [Mistake]

  /// What is true and farthest from being a tag.
  public let missedPositives: [Mistake]

  /// Photos that could not be measured.
  public let failures: [Failure]

  /// Names in the annotations that no label has.
  public let unknownNames: [GroundTruth.UnknownName]

  /// How it was measured.
  public let options: EvaluationOptions
}
