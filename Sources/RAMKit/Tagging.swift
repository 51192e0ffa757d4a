#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A model's answer for one photo.
public struct Tagging: Sendable, Hashable {
  /// How long the parts took; a batch's time is shared out evenly among its photos.
  public struct Timing: Sendable, Hashable {
    /// Reading, decoding and resizing the photo, beside other photos' compute.
    public var preparation: Duration = .zero
    /// The image encoder.
    public var encoding: Duration = .zero
    /// The recognition decoder, for all labels or those that a screen leaves.
    public var recognition: Duration = .zero
  }

  /// The labels above their thresholds, highest score first; equal scores by index. Omitted labels
  /// (``Label/isOmitted``) are among them only where the options asked for them.
  public let tags: [Tag]

  /// One number a label, in the set's order, if ``TaggingOptions/keepsLogits`` asked for them.
  public let logits: [Float]?

  /// Pixels across the photo as it was prepared: with the natural preparation, as people see it.
  public let width: Int

  /// Pixels down the photo.
  public let height: Int

  /// The family of the model that answered.
  public let model: ModelFamily

  /// The number format that it ran in.
  public let precision: Precision

  /// How long it took.
  public let timing: Timing
}

extension Tagging {
  /// Picks the tags out of a photo's logits.
  ///
  /// As the official `generate_tag` does, a label is a tag where its score, a float32, is strictly
  /// above its threshold; one whose threshold is 1 never is, nor is one that is omitted unless the
  /// options ask for it.
  static func tags(
    logits: [Float], labels: [Label], options: TaggingOptions
  ) -> [Tag] {
    var tags: [Tag] = []
    for (index, logit) in logits.enumerated() {
      let label = labels[index]
      if label.isOmitted, !options.includesOmittedLabels { continue }
      let threshold = options.threshold ?? label.threshold
      let score = sigmoid(logit)
      guard score > threshold else { continue }
      tags.append(
        Tag(label: label, index: index, score: score, logit: logit, threshold: threshold))
    }
    tags.sort { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
    if let maximum = options.maximumTags, tags.count > maximum {
      tags.removeLast(tags.count - maximum)
    }
    return tags
  }

  /// 1 / (1 + e^-x), rounded once: computed in double, since a tag may hang on the last bit.
  static func sigmoid(_ x: Float) -> Float {
    Float(1 / (1 + exp(-Double(x))))
  }
}
