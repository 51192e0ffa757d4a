import RAMKit

/// The labels that `--label` asks for.
struct LabelSelection {
  /// What the model is asked; nil for all of its labels, whose logits are wanted.
  let queries: LabelQuerySet?
  /// Their indices among the model's labels, ascending.
  private let indices: [Int]
  private let top: Int?

  init(
    _ indices: Set<Int>, of labels: LabelQuerySet, asksAll: Bool, top: Int?
  ) throws(RAMKitError) {
    self.indices = indices.sorted()
    self.top = top
    queries = asksAll ? nil : try labels.selecting(self.indices)
  }

  /// A photo's tags, with the indices that they have among the model's labels.
  func tags(of tagging: Tagging) -> [Tag] {
    guard queries == nil else {
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
