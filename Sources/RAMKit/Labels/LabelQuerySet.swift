import Foundation

/// Labels together with the queries that a model asks them by.
///
/// In RAM a label is a *query made from text*: an embedding of its name, which the recognition
/// decoder holds against a photo's tokens. A checkpoint carries the queries of its own labels
/// (``Tagger/labels``); other labels come with embeddings made elsewhere, by the text encoder that
/// the model was trained with (CLIP ViT-B/16 for the official checkpoints, 512 numbers a label).
///
/// A set is a value, cheap to copy. What a model computes from the labels alone is done once a set,
/// so keep a set and use it again rather than making an equal one for each photo.
public struct LabelQuerySet: Sendable {
  /// What a model asks by.
  package enum Queries: Sendable {
    /// [labels, width] text embeddings.
    case embeddings(Matrix)
    /// The outputs of a classifier, by index.
    case outputs([Int])
  }

  private final class Identity: Sendable {}

  /// The labels, in the order of ``Tag/index`` and of ``Tagging/logits``.
  public let labels: [Label]

  package let queries: Queries
  private let identity = Identity()

  package init(_ labels: [Label], embeddings: Matrix) throws(RAMKitError) {
    guard labels.count == embeddings.rows else {
      throw .mismatchedLabels(
        reason: "\(labels.count) labels and \(embeddings.rows) embeddings; give one for each")
    }
    self.labels = labels
    queries = .embeddings(embeddings)
  }

  package init(_ labels: [Label], outputs: [Int]) throws(RAMKitError) {
    guard labels.count == outputs.count else {
      throw .mismatchedLabels(
        reason: "\(labels.count) labels and \(outputs.count) outputs of the classifier")
    }
    self.labels = labels
    queries = .outputs(outputs)
  }

  /// Labels of one's own, with their text embeddings.
  ///
  /// - Parameters:
  ///   - labels: names and thresholds; the official open-set scripts use a threshold of 0.5.
  ///   - embeddings: [labels, width], row-major, as the official `build_openset_label_embedding`
  ///     makes them (unit length, but nothing here normalises).
  ///   - width: numbers an embedding; 512 for the official checkpoints.
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` if the sizes do not fit or a number is not
  ///   finite.
  /// - Complexity: O(labels · width).
  public init(
    _ labels: LabelSet, embeddings: [Float], width: Int
  ) throws(RAMKitError) {
    let labels = labels.labels
    guard width > 0, embeddings.count % width == 0, embeddings.count / width == labels.count else {
      throw .mismatchedLabels(
        reason: "\(embeddings.count) numbers are not \(labels.count) embeddings of \(width)")
    }
    guard embeddings.allSatisfy(\.isFinite) else {
      throw .mismatchedLabels(reason: "an embedding holds a NaN or an infinity")
    }
    try self.init(
      labels, embeddings: try Matrix(rows: labels.count, columns: width, values: embeddings))
  }

  /// Labels of one's own, with their text embeddings from a tensor in a file.
  ///
  /// - Parameters:
  ///   - labels: names and thresholds.
  ///   - url: a safetensors or PyTorch file.
  ///   - tensor: the name of a [labels, width] tensor in it.
  /// - Throws: ``RAMKitError`` as for checkpoints, and
  ///   ``RAMKitError/mismatchedLabels(reason:)`` where the tensor does not fit the labels.
  /// - Complexity: O(labels · width).
  public init(
    _ labels: LabelSet, embeddingsAt url: URL, tensor: String = "label_embed"
  ) throws(RAMKitError) {
    let checkpoint = try Checkpoint(contentsOf: url)
    let shape = try ShapeReader(checkpoint: checkpoint).shape(tensor, rank: 2)
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: [TensorRequirement(tensor, shape)],
      precision: .float32, compute: try ComputeContext())
    try self.init(labels.labels, embeddings: try weights.matrix(tensor))
  }

  /// The labels at the indices given, in that order; the others are not asked about.
  ///
  /// Labels never see each other, so this changes no label's logit.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` for an index that is no label's.
  public func selecting(_ indices: [Int]) throws(RAMKitError) -> LabelQuerySet {
    if let wrong = indices.first(where: { !self.labels.indices.contains($0) }) {
      throw .mismatchedLabels(reason: "there is no label \(wrong) among \(self.labels.count)")
    }
    let labels = indices.map { self.labels[$0] }
    switch queries {
    case .embeddings(let matrix):
      return try LabelQuerySet(labels, embeddings: try matrix.gatheringRows(indices))
    case .outputs(let outputs):
      return try LabelQuerySet(labels, outputs: indices.map { outputs[$0] })
    }
  }

  /// Whether both are copies of one set, so that what was computed for one serves the other.
  package func isIdentical(to other: LabelQuerySet) -> Bool { identity === other.identity }
}
