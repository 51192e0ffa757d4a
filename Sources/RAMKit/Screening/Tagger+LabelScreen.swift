extension Tagger {
  /// Makes a screen that spares the decoder most labels of most photos; see ``LabelScreen``.
  ///
  /// - Parameters:
  ///   - photos: what the screen is fitted to and calibrated on, a half each: photos like those to come,
  ///     no two of them nearly the same. A few hundred do; more make a better screen.
  ///   - risk: the chance that a photo may have to lose a tag; above 0, below 1. A risk of 0.05 takes 38
  ///     photos at least, one of 0.01 takes 198.
  ///   - labels: what will be asked for; nil for the checkpoint's own labels.
  ///   - options: as they will be; its screen and its number of tags count for nothing.
  ///   - onPhoto: called after each photo, from this task, with why it could not be used, if so. Such
  ///     photos are left out.
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)`` where the photos are too few for the risk, and
  ///   ``RAMKitError`` where the labels do not fit the model, or the task was cancelled.
  /// - Complexity: that of tagging the photos; in memory, a number a label for each.
  public func labelScreen(
    calibratedOn photos: some Sequence<Photo>, risk: Double, labels: LabelQuerySet? = nil,
    options: TaggingOptions = .init(), onPhoto: (Photo, RAMKitError?) -> Void = { _, _ in }
  ) async throws(RAMKitError) -> LabelScreen {
    guard risk > 0, risk < 1 else {
      throw .invalidOption(name: "risk", reason: "\(risk) is not between 0 and 1")
    }
    let labels = labels ?? self.labels
    var whole = options
    whole.screen = nil
    whole.maximumTags = nil
    whole.keepsLogits = true
    try whole.validate()
    var screened: [ScreenedPhoto] = []
    for photo in photos {
      do throws(RAMKitError) {
        screened.append(try await screenedPhoto(photo, labels: labels, options: whole))
        onPhoto(photo, nil)
      } catch {
        guard error.isOfPhoto else { throw error }
        onPhoto(photo, error)
      }
    }
    let compute = implementation.compute
    let subject = screenSubject(labels, options)
    let thresholds = labels.labels.map { label in
      label.isOmitted && !options.includesOmittedLabels ? 1 : options.threshold ?? label.threshold
    }
    let all = screened
    return try await ComputeActor.run { () throws(RAMKitError) in
      try LabelScreen(all, thresholds: thresholds, risk: risk, subject: subject, compute: compute)
    }
  }

  private func screenedPhoto(
    _ photo: Photo, labels: LabelQuerySet, options: TaggingOptions
  ) async throws(RAMKitError) -> ScreenedPhoto {
    let tokens = try await encode(photo, options: options)
    let tagging = try await tags(in: tokens, labels: labels, options: options)
    return ScreenedPhoto(
      // A copy: the other tokens need not stay.
      meanToken: try tokens.tokens.gatheringRows([0]), logits: tagging.logits ?? [],
      tags: tagging.tags.map(\.index))
  }
}

extension RAMKitError {
  /// Whether another photo may fare better.
  fileprivate var isOfPhoto: Bool {
    switch self {
    case .fileNotFound, .permissionDenied, .notARegularFile, .unreadableFile, .unreadableImage,
      .imageTooLarge:
      true
    default: false
    }
  }
}
