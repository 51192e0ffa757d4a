extension AnswerComparison {
  /// Compares answers to the same photos and labels.
  ///
  /// - Parameters:
  ///   - answers: those of the model that is judged.
  ///   - reference: those that it is held against; its labels' thresholds count for both.
  ///   - options: one threshold for all labels, and whether omitted labels can be tags. What else is there
  ///     changes nothing.
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` where the labels differ, or a logit is NaN;
  ///   ``RAMKitError/invalidOption(name:reason:)`` where the photos do.
  /// - Complexity: O(photos · labels).
  public init(
    of answers: PhotoAnswers, against reference: PhotoAnswers, options: TaggingOptions = .init()
  ) throws(RAMKitError) {
    try options.validate()
    guard answers.labels.map(\.name) == reference.labels.map(\.name) else {
      throw .mismatchedLabels(reason: "answers about other labels can't be compared")
    }
    guard answers.answers.map(\.photo) == reference.answers.map(\.photo) else {
      throw .invalidOption(
        name: "answers", reason: "those to other photos can't be compared")
    }
    model = answers.model
    self.reference = reference.model
    medianSeconds = answers.medianSeconds
    referenceMedianSeconds = reference.medianSeconds
    labels = reference.labels.enumerated().map { LabelMovement(label: $1, index: $0) }
    var spread = Spread()
    for (answer, other) in zip(answers.answers, reference.answers) {
      let logits: (own: [Float], reference: [Float])
      do throws(RAMKitError) {
        logits = (try answer.logits.get(), try other.logits.get())
      } catch {
        failures.append(Failure(photo: answer.photo, error: error))
        continue
      }
      try Self.check(logits.own + logits.reference, of: answer.photo)
      add(logits.own, reference: logits.reference, photo: answer.photo, options: options)
      for logit in logits.reference { spread.add(Double(logit)) }
    }
    referenceDeviation = spread.deviation
    labels.sort { ($0.logits.rootMeanSquare, $1.index) > ($1.logits.rootMeanSquare, $0.index) }
    changes.sort { $0.margin > $1.margin }
  }

  private static func check(_ logits: [Float], of photo: String) throws(RAMKitError) {
    guard !logits.contains(where: \.isNaN) else {
      throw .mismatchedLabels(reason: "a logit of '\(photo)' is not a number")
    }
  }

  /// Counts a photo; `labels` are in the order of their indices yet.
  private mutating func add(
    _ own: [Float], reference: [Float], photo: String, options: TaggingOptions
  ) {
    photoCount += 1
    for index in own.indices {
      logits.add(own[index], from: reference[index])
      labels[index].logits.add(own[index], from: reference[index])
      let label = labels[index].label
      if label.isOmitted, !options.includesOmittedLabels { continue }
      let change = TagChange(
        photo: photo, label: label, index: index, score: Tagging.sigmoid(own[index]),
        referenceScore: Tagging.sigmoid(reference[index]),
        threshold: options.threshold ?? label.threshold)
      let isTag = (
        own: change.score > change.threshold, reference: change.referenceScore > change.threshold
      )
      if isTag.own != isTag.reference {
        changes.append(change)
      } else if isTag.own {
        commonTags += 1
      }
    }
  }
}

/// Mean and deviation of numbers that come one by one (Welford, 1962).
private struct Spread {
  private var count = 0.0
  private var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
  }

  var deviation: Double { count > 0 ? (squares / count).squareRoot() : 0 }
}
