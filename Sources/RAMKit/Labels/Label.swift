/// Something that a photo can be tagged with: a name, and the score from which on it is a tag.
public struct Label: Sendable, Hashable {
  /// What a label is about, where the label set says so.
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A thing or a being: "dog".
    case object
    /// A place or a situation: "beach".
    case scene
    /// Something done: "swim".
    case action
    /// A quality: "red".
    case attribute
  }

  /// The name, in English in the label sets of this package.
  public let name: String

  /// The name in other languages, by BCP 47 language tag: `["zh": "狗"]`.
  public let localizedNames: [String: String]

  /// The score that a photo has to exceed, strictly, in 0...1. At 1 the label is never a tag.
  public let threshold: Float

  /// What the label is about; `nil` where unknown.
  public let kind: Kind?

  /// The names of the broader labels right above this one: "dog" for "golden retriever".
  public let parents: [String]

  /// Other names for the same thing, by which it can be looked up as well.
  public let aliases: [String]

  /// Whether the label is left out of a photo's tags, however sure the model is, unless
  /// ``TaggingOptions/includesOmittedLabels`` asks for it. Tag2Text's official code leaves out seven
  /// of its labels: numbers, "back" and "quarter".
  public let isOmitted: Bool

  /// The photos that the threshold was chosen on; nil where nobody counted, or somebody chose another.
  public let evidence: Evidence?

  /// What a threshold rests on.
  public struct Evidence: Sendable, Hashable {
    /// Photos that have the label.
    public let positives: Int
    /// Photos that are known not to have it.
    public let negatives: Int
    /// Whether these were too few, and the threshold is one that many labels share.
    public let isPooled: Bool

    /// Counts of photos.
    public init(positives: Int, negatives: Int, isPooled: Bool = false) {
      self.positives = positives
      self.negatives = negatives
      self.isPooled = isPooled
    }
  }

  /// The threshold that the official RAM class takes where no threshold file says otherwise.
  public static let defaultThreshold: Float = 0.68

  /// The threshold of labels that a model was not trained with, where nobody says otherwise: the one
  /// of the official open-set scripts.
  public static let openSetThreshold: Float = 0.5

  /// Makes a label. Its values are checked when it enters a ``LabelSet``.
  public init(
    _ name: String, threshold: Float = Label.defaultThreshold,
    localizedNames: [String: String] = [:], kind: Kind? = nil, parents: [String] = [],
    aliases: [String] = [], isOmitted: Bool = false, evidence: Evidence? = nil
  ) {
    self.name = name
    self.localizedNames = localizedNames
    self.threshold = threshold
    self.kind = kind
    self.parents = parents
    self.aliases = aliases
    self.isOmitted = isOmitted
    self.evidence = evidence
  }

  /// The same label with another threshold, or omitted or not; what is nil stays as it is. Evidence stays
  /// with the threshold that it is for.
  func with(
    threshold: Float? = nil, isOmitted: Bool? = nil, evidence: Evidence? = nil
  ) -> Label {
    let isSame = threshold.map { $0 == self.threshold } ?? true
    return Label(
      name, threshold: threshold ?? self.threshold, localizedNames: localizedNames, kind: kind,
      parents: parents, aliases: aliases, isOmitted: isOmitted ?? self.isOmitted,
      evidence: evidence ?? (isSame ? self.evidence : nil))
  }

  /// The name in the language of a BCP 47 tag, or in the next broader one that the label has:
  /// "zh-Hans-CN" finds "zh-Hans", then "zh". This is the lookup of RFC 4647, section 3.4.
  public func localizedName(_ languageTag: String) -> String? {
    var subtags = languageTag.split(separator: "-")
    while !subtags.isEmpty {
      if let name = localizedNames[subtags.joined(separator: "-")] { return name }
      subtags.removeLast()
      // A single-letter subtag introduces an extension and means nothing at the end.
      if subtags.count > 1, subtags.last?.utf8.count == 1 { subtags.removeLast() }
    }
    return nil
  }

  /// Why a label set can't hold this label; `nil` if it can.
  var defect: String? {
    if Self.isBlank(name) { return "the name is empty" }
    if !(threshold >= 0 && threshold <= 1) {
      return "the threshold \(threshold) of '\(name)' is not a number in 0...1"
    }
    if let evidence, min(evidence.positives, evidence.negatives) < 0 {
      return "the evidence for '\(name)' counts fewer than 0 photos"
    }
    if aliases.contains(where: Self.isBlank) { return "'\(name)' has an empty alias" }
    if parents.contains(where: Self.isBlank) { return "'\(name)' has an empty parent" }
    if parents.contains(name) { return "'\(name)' is its own parent" }
    if localizedNames.contains(where: { Self.isBlank($0.key) || Self.isBlank($0.value) }) {
      return "'\(name)' has an empty localized name or language"
    }
    return nil
  }

  private static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
  }
}
