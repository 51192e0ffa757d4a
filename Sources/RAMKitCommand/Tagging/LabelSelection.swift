import RAMKit

/// The labels that `--label` and `--labels` ask for.
struct LabelSelection {
  /// What the model is asked.
  let queries: LabelQuerySet
  /// Whether it is asked about all of its labels, too, because their logits are wanted.
  private let asksAll: Bool
  /// The wanted labels' indices: among the model's labels, or behind them.
  private let indices: [Int]
  private let top: Int?

  init(
    _ request: LabelRequest, of labels: LabelQuerySet, encoded: LabelQuerySet?, asksAll: Bool,
    top: Int?
  ) throws(RAMKitError) {
    self.asksAll = asksAll
    self.top = top
    indices = request.indices
    queries =
      asksAll
      ? try request.allQueries(of: labels, encoded: encoded)
      : try request.queries(of: labels, encoded: encoded)
  }

  /// A photo's tags, with the indices that they have among the model's labels.
  func tags(of tagging: Tagging) -> [Tag] {
    guard asksAll else {
      return tagging.tags.map { tag in
        Tag(
          label: tag.label, index: indices[tag.index], score: tag.score, logit: tag.logit,
          threshold: tag.threshold)
      }
    }
    let wanted = Set(indices)
    return Array(tagging.tags.filter { wanted.contains($0.index) }.prefix(top ?? .max))
  }
}
