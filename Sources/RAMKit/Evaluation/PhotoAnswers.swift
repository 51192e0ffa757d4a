/// What a model answered to photos: every label's logit, and how long it took. It outlives the model, so
/// that two can be compared that do not fit into memory together; see ``AnswerComparison``.
///
/// It keeps four bytes a photo and label: 18 MB for a thousand photos and RAM's 4,585 labels.
public struct PhotoAnswers: Sendable {
  /// One photo's answer.
  public struct Answer: Sendable {
    /// The photo's name: ``Photo/name``.
    public let photo: String
    /// One number a label, or why there are none.
    public let logits: Result<[Float], RAMKitError>
    /// How long encoding and recognition took, without preparation, which runs beside other photos'; zero
    /// where it failed.
    public let duration: Duration

    package init(photo: String, logits: Result<[Float], RAMKitError>, duration: Duration = .zero) {
      self.photo = photo
      self.logits = logits
      self.duration = duration
    }
  }

  /// The model, and what it ran in.
  public let model: ModelDescription

  /// What was asked for.
  public let labels: [Label]

  /// The answers, in the order of the photos.
  public internal(set) var answers: [Answer]

  package init(model: ModelDescription, labels: [Label], answers: [Answer] = []) {
    self.model = model
    self.labels = labels
    self.answers = answers
  }

  /// The median of the durations in seconds, over the photos that have an answer; 0 where there are none.
  var medianSeconds: Double {
    let durations = answers.filter { (try? $0.logits.get()) != nil }.map(\.duration).sorted()
    return durations.isEmpty ? 0 : durations[durations.count / 2] / .seconds(1)
  }
}

extension Tagger {
  /// Asks the same labels of photos, and keeps all answers.
  ///
  /// - Parameters:
  ///   - photos: what to ask. One that fails is among the answers.
  ///   - labels: what to ask for; nil for the checkpoint's own labels.
  ///   - options: preparation, limits and batch size. What concerns tags changes nothing.
  ///   - onPhoto: called after each photo, from this task.
  /// - Throws: ``RAMKitError`` where the labels do not fit the model, an option makes no sense, or the task was
  ///   cancelled.
  /// - Complexity: that of tagging the photos.
  public func answers<Photos: Sequence>(
    to photos: Photos, labels: LabelQuerySet? = nil, options: TaggingOptions = .init(),
    onPhoto: () -> Void = {}
  ) async throws(RAMKitError) -> PhotoAnswers where Photos.Element == Photo {
    var options = options
    options.keepsLogits = true
    // Nobody looks at the tags.
    options.maximumTags = 0
    var answers = PhotoAnswers(model: model, labels: (labels ?? self.labels).labels)
    for try await item in taggings(of: photos, labels: labels, options: options) {
      let timing = (try? item.result.get())?.timing ?? .init()
      answers.answers.append(
        PhotoAnswers.Answer(
          photo: item.photo.name, logits: item.result.map { $0.logits ?? [] },
          duration: timing.encoding + timing.recognition))
      onPhoto()
    }
    return answers
  }
}
