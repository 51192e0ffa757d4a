/// How far a model's answers are from another one's to the same photos: what a conversion, or a precision,
/// does to them.
///
/// ```swift
/// let exact = try await Tagger(contentsOf: checkpointURL).answers(to: photos)
/// let options = ModelOptions(precision: .int8)
/// let fast = try await Tagger(contentsOf: checkpointURL, options: options).answers(to: photos)
/// let comparison = try AnswerComparison(of: fast, against: exact)
/// print(comparison.logits.rootMeanSquare, comparison.f1)
/// ```
///
/// The first tagger is gone when the second is loaded. Nothing here asks whether either is right: that
/// takes photos whose content is known, and an ``Evaluation``.
public struct AnswerComparison: Sendable {
  /// How far one label's logits moved.
  public struct LabelMovement: Sendable, Hashable {
    /// The label.
    public let label: Label
    /// Its index.
    public let index: Int
    /// Its logits, over all photos.
    public internal(set) var logits = LogitMovement()
  }

  /// A tag that only one of the two gives a photo.
  public struct TagChange: Sendable, Hashable {
    /// The photo's name: ``Photo/name``.
    public let photo: String
    /// The label.
    public let label: Label
    /// Its index.
    public let index: Int
    /// Its score, in 0...1.
    public let score: Float
    /// Its score by the reference.
    public let referenceScore: Float
    /// The threshold that lies between the two, or is one of them.
    public let threshold: Float

    /// Whether the reference does not have the tag.
    public var appeared: Bool { score > threshold }

    /// How far the reference's score is from the threshold: a tag that was near it was never sure.
    public var margin: Float { abs(referenceScore - threshold) }
  }

  /// A photo that has no answer of one model or the other.
  public struct Failure: Sendable, Hashable {
    /// The photo's name: ``Photo/name``.
    public let photo: String
    /// Why.
    public let error: RAMKitError
  }

  /// The model that is judged.
  public let model: ModelDescription

  /// The one that it is held against.
  public let reference: ModelDescription

  /// Photos that both answered.
  public internal(set) var photoCount = 0

  /// The others.
  public internal(set) var failures: [Failure] = []

  /// All labels' logits, over all photos.
  public internal(set) var logits = LogitMovement()

  /// The standard deviation of the reference's logits, over all photos and labels: what a movement has to be
  /// seen beside.
  public internal(set) var referenceDeviation = 0.0

  /// Every label, those that moved most first, by root mean square.
  public internal(set) var labels: [LabelMovement]

  /// Tags that both give.
  public internal(set) var commonTags = 0

  /// Tags that only one of the two gives, largest ``TagChange/margin`` first.
  public internal(set) var changes: [TagChange] = []

  /// The median time of a photo in seconds: encoding and recognition, without preparation.
  public let medianSeconds: Double

  /// The reference's ``medianSeconds``.
  public let referenceMedianSeconds: Double

  /// Tags that only the model has.
  public var appearedCount: Int { changes.count(where: \.appeared) }

  /// Tags that only the reference has.
  public var vanishedCount: Int { changes.count - appearedCount }

  /// The F1 of the model's tags, all photos' together, where the reference's are the truth; 1 where neither
  /// has any.
  public var f1: Double {
    let both = 2 * commonTags + changes.count
    return both > 0 ? Double(2 * commonTags) / Double(both) : 1
  }
}
