extension LabelScreen {
  /// What a screen is made for: with anything else, its margin means nothing.
  struct Subject: Sendable, Hashable, Codable {
    var family: ModelFamily
    /// What tells the model's weights from others.
    var weights: String
    var precision: Precision
    var imageSize: Int
    /// A digest of the labels, their thresholds and queries.
    var labels: String
    var labelCount: Int
    var preparation: ImagePreparation
    /// The one threshold for all labels, if not their own.
    var threshold: Float?
    var includesOmittedLabels: Bool
  }

  /// - Throws: ``RAMKitError/invalidOption(name:reason:)`` where this screen was made for something else.
  func check(against other: Subject) throws(RAMKitError) {
    guard let misfit = subject.misfit(with: other) else { return }
    throw .invalidOption(
      name: "label screen",
      reason: "\(misfit). Make one for what is asked now (Tagger.labelScreen, ramkit screen)")
  }
}

extension LabelScreen.Subject {
  /// What is not the same, in words.
  fileprivate func misfit(with other: Self) -> String? {
    if precision != other.precision {
      return "it was made in \(precision.rawValue), and the model runs in "
        + other.precision.rawValue
    }
    if family != other.family || weights != other.weights { return "another model made it" }
    if imageSize != other.imageSize {
      return "it was made at \(imageSize) px, and photos are resized to \(other.imageSize) px"
    }
    if labels != other.labels || labelCount != other.labelCount {
      return "it was made for other labels, or these with other thresholds"
    }
    if preparation != other.preparation {
      return "it was made with the \(preparation.rawValue) preparation of photos"
    }
    if threshold != other.threshold {
      let made = threshold.map { "a threshold of \($0)" } ?? "the labels' own thresholds"
      return "it was made for \(made)"
    }
    if includesOmittedLabels != other.includesOmittedLabels {
      return "it was made \(includesOmittedLabels ? "with" : "without") omitted labels"
    }
    return nil
  }
}

extension Tagger {
  /// What a screen has to be made for to be used with this tagger, labels and options.
  func screenSubject(
    _ labels: LabelQuerySet, _ options: TaggingOptions
  ) -> LabelScreen.Subject {
    LabelScreen.Subject(
      family: model.family, weights: implementation.weightsDigest, precision: model.precision,
      imageSize: model.imageSize, labels: labels.digest,
      labelCount: labels.labels.count, preparation: options.preparation,
      threshold: options.threshold, includesOmittedLabels: options.includesOmittedLabels)
  }
}
