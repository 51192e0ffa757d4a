/// A model behind a ``Tagger``: photos to tokens, tokens and labels to logits.
package protocol TaggingModel: Sendable {
  var description: ModelDescription { get }

  /// The kernels and threads that the model runs on.
  var compute: ComputeContext { get }

  /// How a photo is resized and scaled before it goes in.
  var input: PhotoInput { get }

  /// The labels that the checkpoint carries queries for.
  var labels: LabelQuerySet { get }

  /// Tells the model's weights, and the precisions that they run in, from others.
  var weightsDigest: String { get }

  /// Encodes a batch of photos, one row of `input`'s layout each, into tokens, one matrix a photo.
  @ComputeActor
  func encode(_ photos: Matrix, trace: Trace?) throws(RAMKitError) -> [Matrix]

  /// One logit for each of the labels at `indices`, or for all where that is nil, for one photo's
  /// tokens. What depends on the labels alone is kept from one call to the next.
  @ComputeActor
  func logits(
    of labels: LabelQuerySet, at indices: [Int]?, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float]
}

extension TaggingModel {
  /// One logit a label for one photo's tokens.
  @ComputeActor
  package func logits(
    of labels: LabelQuerySet, in tokens: Matrix, trace: Trace?
  ) throws(RAMKitError) -> [Float] {
    try logits(of: labels, at: nil, in: tokens, trace: trace)
  }
}

/// How a photo is resized and scaled before a model sees it.
package struct PhotoInput: Sendable {
  /// Pixels along a side of the square that the photo is squeezed into.
  package var side: Int
  package var normalization: PixelNormalization
  package var layout: Layout

  package enum Layout: Sendable {
    /// [3, side, side]
    case planar
    /// [side, side, 3]
    case channelsLast
  }

  package init(side: Int, normalization: PixelNormalization, layout: Layout) {
    self.side = side
    self.normalization = normalization
    self.layout = layout
  }
}

extension ComputeContext {
  /// Scales a photo of the input's size into one row of its layout. Runs on any thread.
  func normalize(
    _ image: Image, by input: PhotoInput, into out: Matrix
  ) throws(RAMKitError) {
    guard image.width == input.side, image.height == input.side, out.rows == 1,
      out.columns == 3 * input.side * input.side
    else { throw .internalFault(reason: "a prepared photo does not fit the model's input") }
    let values =
      input.layout == .planar
      ? try input.normalization.planar(image) : try input.normalization.channelsLast(image)
    values.withUnsafeBufferPointer {
      if let start = $0.baseAddress { out.pointer.update(from: start, count: $0.count) }
    }
  }
}
