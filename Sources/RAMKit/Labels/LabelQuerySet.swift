import Foundation
import Synchronization

/// Labels together with the queries that a model asks them by.
///
/// In RAM a label is a *query made from text*: an embedding of its name, which the recognition
/// decoder holds against a photo's tokens. RAM++ has several embeddings a label, of descriptions of
/// it, and weighs them anew for each photo. A checkpoint carries the queries of its own labels
/// (``Tagger/labels``); other labels come with embeddings by the text encoder that the model was
/// trained with: RAM-nano's is a ``SentenceEncoder``; the official checkpoints' is CLIP ViT-B/16, 512
/// numbers each, which are made elsewhere.
/// Tag2Text knows its own labels only: all of them, or a ``selecting(_:)`` of them.
///
/// A set is a value, cheap to copy. What a model computes from the labels alone is done once a set,
/// so keep a set and use it again rather than making an equal one for each photo.
public struct LabelQuerySet: Sendable {
  /// What a model asks by.
  package enum Queries: Sendable {
    /// Text embeddings: one a label, or several.
    case embeddings(TextEmbeddings)
    /// A model's learned queries, by index.
    case outputs([Int])
  }

  /// What copies of a set share.
  final class Identity: Sendable {
    /// ``LabelQuerySet/digest``, once somebody asked for it.
    let digest = Mutex<String?>(nil)
  }

  /// The labels, in the order of ``Tag/index`` and of ``Tagging/logits``.
  public let labels: [Label]

  package let queries: Queries
  let identity: Identity
  /// The identity of the set that this one was selected from, step by step.
  private let origin: Identity

  /// - Parameter descriptions: how many of the rows each label has.
  package init(
    _ labels: [Label], embeddings: TextEmbeddings.Rows, descriptions: Int = 1
  ) throws(RAMKitError) {
    let (rows, overflow) = labels.count.multipliedReportingOverflow(by: descriptions)
    guard !overflow, rows == embeddings.count else {
      throw .mismatchedLabels(
        reason: "\(labels.count) labels and \(embeddings.count) embeddings; "
          + (descriptions == 1 ? "give one for each" : "give \(descriptions) for each"))
    }
    self.init(
      labels,
      .embeddings(
        TextEmbeddings(
          rows: embeddings, descriptions: descriptions, groups: Array(labels.indices))))
  }

  /// - Parameter source: the set that these are some labels of; nil for a set of its own.
  private init(_ labels: [Label], _ queries: Queries, from source: LabelQuerySet? = nil) {
    self.labels = labels
    self.queries = queries
    identity = Identity()
    origin = source?.origin ?? identity
  }

  package init(_ labels: [Label], outputs: [Int]) throws(RAMKitError) {
    guard labels.count == outputs.count else {
      throw .mismatchedLabels(
        reason: "\(labels.count) labels and \(outputs.count) learned queries")
    }
    self.init(labels, .outputs(outputs))
  }

  /// Labels of one's own, with their text embeddings.
  ///
  /// - Parameters:
  ///   - labels: names and thresholds; the official open-set scripts use a threshold of 0.5.
  ///   - embeddings: [labels · descriptions, width], row-major, label by label, as the official
  ///     `build_openset_label_embedding` (RAM) and `build_openset_llm_label_embedding` (RAM++) make
  ///     them: unit length, but nothing here normalises.
  ///   - width: numbers an embedding; 512 for the official checkpoints.
  ///   - descriptionsPerLabel: how many embeddings each label has. RAM takes one; RAM++ any number,
  ///     the official labels have 51.
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` if the sizes do not fit or a number is not
  ///   finite.
  /// - Complexity: O(labels · descriptions · width).
  public init(
    _ labels: LabelSet, embeddings: [Float], width: Int, descriptionsPerLabel: Int = 1
  ) throws(RAMKitError) {
    let labels = labels.labels
    guard width > 0, embeddings.count % width == 0, descriptionsPerLabel > 0 else {
      throw .mismatchedLabels(
        reason: "\(embeddings.count) numbers are not embeddings of \(width) for "
          + "\(labels.count) labels, \(descriptionsPerLabel) for each")
    }
    guard embeddings.allSatisfy(\.isFinite) else {
      throw .mismatchedLabels(reason: "an embedding holds a NaN or an infinity")
    }
    let rows = embeddings.count / width
    try self.init(
      labels, embeddings: .float32(try Matrix(rows: rows, columns: width, values: embeddings)),
      descriptions: descriptionsPerLabel)
  }

  /// Labels of one's own, with their text embeddings from a tensor in a file.
  ///
  /// - Parameters:
  ///   - labels: names and thresholds.
  ///   - url: a safetensors or PyTorch file.
  ///   - tensor: the name of a [labels, width] tensor in it, or, for RAM++, of one of
  ///     [labels · descriptions, width], label by label, with as many descriptions for each.
  /// - Throws: ``RAMKitError`` as for checkpoints, and
  ///   ``RAMKitError/mismatchedLabels(reason:)`` where the tensor does not fit the labels.
  /// - Complexity: O(labels · descriptions · width).
  public init(
    _ labels: LabelSet, embeddingsAt url: URL, tensor: String = "label_embed"
  ) throws(RAMKitError) {
    let checkpoint = try Checkpoint(contentsOf: url)
    let shape = try ShapeReader(checkpoint: checkpoint).shape(tensor, rank: 2)
    guard labels.count > 0, shape[0] % labels.count == 0 else {
      throw .mismatchedLabels(
        reason: "the \(shape[0]) embeddings of '\(tensor)' in '\(checkpoint.path)' can't be shared "
          + "out evenly among \(labels.count) labels")
    }
    let weights = try WeightLoader(
      checkpoint: checkpoint, requirements: [TensorRequirement(tensor, shape)],
      precision: .float32, compute: try ComputeContext())
    try self.init(
      labels.labels, embeddings: .float32(try weights.matrix(tensor)),
      descriptions: shape[0] / labels.count)
  }

  /// The labels at the indices given, in that order; the others are not asked about.
  ///
  /// Labels never see each other, so this changes no label's logit. Embeddings are not copied.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` for an index that is no label's.
  public func selecting(_ indices: [Int]) throws(RAMKitError) -> LabelQuerySet {
    if let wrong = indices.first(where: { !self.labels.indices.contains($0) }) {
      throw .mismatchedLabels(reason: "there is no label \(wrong) among \(self.labels.count)")
    }
    let labels = indices.map { self.labels[$0] }
    switch queries {
    case .embeddings(let embeddings):
      return LabelQuerySet(labels, .embeddings(embeddings.selecting(indices)), from: self)
    case .outputs(let outputs):
      return LabelQuerySet(labels, .outputs(indices.map { outputs[$0] }), from: self)
    }
  }

  /// The same queries under other labels, one for each in order.
  package func relabeled(_ labels: [Label]) throws(RAMKitError) -> LabelQuerySet {
    guard labels.count == self.labels.count else {
      throw .mismatchedLabels(reason: "\(labels.count) labels for \(self.labels.count) queries")
    }
    return LabelQuerySet(labels, queries, from: self)
  }

  /// Whether both are copies of one set, so that what was computed for one serves the other.
  package func isIdentical(to other: LabelQuerySet) -> Bool { identity === other.identity }

  /// Whether this is the other set, or was selected from it.
  package func isSelection(of other: LabelQuerySet) -> Bool { origin === other.origin }
}
