/// A Swin transformer: photos in, tokens out, the mean token first.
///
/// Follows `ram/models/swin_transformer.py` of the official code: patch embedding, stages of blocks
/// with window attention (shifted in odd ones), patch merging between stages, LayerNorm, and the
/// mean of all tokens in front.
package struct SwinEncoder: Sendable {
  struct Block: Sendable {
    let attentionNorm: LayerNorm
    let qkv: Linear
    let relativePositionBias: Matrix
    let attentionProjection: Linear
    let feedForwardNorm: LayerNorm
    let feedForward: FeedForward
  }

  struct Merging: Sendable {
    let norm: LayerNorm
    let reduction: PreparedMatrix
  }

  struct Stage: Sendable {
    let configuration: SwinConfiguration.Stage
    let blocks: [Block]
    let merging: Merging?
  }

  package let configuration: SwinConfiguration
  private let patchProjection: Linear
  private let patchNorm: LayerNorm?
  private let stages: [Stage]
  private let norm: LayerNorm

  /// Numbers that stay in the last level of the caches: 32 MB of them.
  private static let cachedNumbers = 8 << 20

  /// PyTorch's default, which the official encoder keeps.
  private static let epsilon: Float = 1e-5

  init(
    _ configuration: SwinConfiguration, weights: WeightLoader, prefix: String
  ) throws(RAMKitError) {
    self.configuration = configuration
    patchProjection = try weights.linear("\(prefix)patch_embed.proj")
    patchNorm =
      configuration.normalisesPatches
      ? try weights.layerNorm("\(prefix)patch_embed.norm", epsilon: Self.epsilon) : nil
    var stages: [Stage] = []
    for (index, stage) in configuration.stages.enumerated() {
      var blocks: [Block] = []
      for block in 0..<stage.depth {
        blocks.append(try Self.block("\(prefix)layers.\(index).blocks.\(block)", weights))
      }
      let last = index == configuration.stages.count - 1
      stages.append(
        Stage(
          configuration: stage, blocks: blocks,
          merging: last ? nil : try Self.merging("\(prefix)layers.\(index).downsample", weights)))
    }
    self.stages = stages
    norm = try weights.layerNorm("\(prefix)norm", epsilon: Self.epsilon)
  }

  private static func block(
    _ name: String, _ weights: WeightLoader
  ) throws(RAMKitError) -> Block {
    Block(
      attentionNorm: try weights.layerNorm("\(name).norm1", epsilon: epsilon),
      qkv: try weights.linear("\(name).attn.qkv"),
      relativePositionBias: try weights.matrix("\(name).attn.relative_position_bias_table"),
      attentionProjection: try weights.linear("\(name).attn.proj"),
      feedForwardNorm: try weights.layerNorm("\(name).norm2", epsilon: epsilon),
      feedForward: FeedForward(
        expansion: try weights.linear("\(name).mlp.fc1"),
        contraction: try weights.linear("\(name).mlp.fc2")))
  }

  private static func merging(
    _ name: String, _ weights: WeightLoader
  ) throws(RAMKitError) -> Merging {
    Merging(
      norm: try weights.layerNorm("\(name).norm", epsilon: epsilon),
      reduction: try weights.prepared("\(name).reduction.weight"))
  }
}

@ComputeActor
extension SwinEncoder {
  /// Encodes photos [images, 3 · side · side] (planar, normalised) into tokens [images · (1 +
  /// tokens), width].
  package func encode(
    _ images: Matrix, compute: ComputeContext, trace: Trace? = nil
  ) throws(RAMKitError) -> Matrix {
    let first = configuration.stages[0]
    var x = try compute.matrix(rows: images.rows * first.side * first.side, columns: first.width)
    try compute.patchEmbedding(
      images: images, side: configuration.imageSize, patch: configuration.patch,
      projection: patchProjection, norm: patchNorm, into: x)
    trace?("patch_embed", x)
    for (index, stage) in stages.enumerated() {
      try run(stage, index: index, on: x, images: images.rows, compute: compute, trace: trace)
      if let merging = stage.merging {
        x = try merge(x, of: stage, by: merging, images: images.rows, compute: compute)
      }
      trace?("layers.\(index)", x)
    }
    let tokens = try prependingMeans(to: x, images: images.rows, compute: compute)
    trace?("visual_encoder", tokens)
    return tokens
  }

  /// All blocks of a stage, in place: some photos at a time, so that what a block leaves of them is still in
  /// the caches for the next, though it then reads its weights more than once.
  private func run(
    _ stage: Stage, index: Int, on x: Matrix, images: Int, compute: ComputeContext, trace: Trace?
  ) throws(RAMKitError) {
    let rows = x.rows / images
    let together = max(1, Self.cachedNumbers / (5 * rows * x.columns))  // x, normed, qkv
    for first in stride(from: 0, to: images, by: together) {
      let last = min(first + together, images)
      try runTogether(
        stage, index: index, on: x.rows((first * rows)..<(last * rows)), images: last - first,
        compute: compute, trace: trace)
    }
  }

  private func runTogether(
    _ stage: Stage, index: Int, on x: Matrix, images: Int, compute: ComputeContext, trace: Trace?
  ) throws(RAMKitError) {
    let sizes = stage.configuration
    let normed = try compute.matrix(rows: x.rows, columns: sizes.width)
    for (number, block) in stage.blocks.enumerated() {
      try Task.checkRAMKitCancellation()
      try compute.apply(block.attentionNorm, to: x, into: normed)
      let windows = AttentionWindows(
        side: sizes.side, window: sizes.window, shift: number % 2 == 1 ? sizes.shift : 0,
        heads: sizes.heads, relativePositionBias: block.relativePositionBias)
      try attend(from: block.qkv, to: windows, images: images, rows: normed, compute: compute)
      try compute.apply(block.attentionProjection, to: normed, residual: x, into: x)
      trace?("layers.\(index).blocks.\(number).attention", x)

      try compute.apply(block.feedForwardNorm, to: x, into: normed)
      try compute.apply(block.feedForward, to: normed, residual: x, into: x)
      trace?("layers.\(index).blocks.\(number)", x)
    }
  }

  /// Window attention of normalised rows, in their place. What attention rounds to bfloat16 is rounded as
  /// it is made: queries, keys and values are most of what a block writes and reads.
  private func attend(
    from projection: Linear, to windows: AttentionWindows, images: Int, rows: Matrix,
    compute: ComputeContext
  ) throws(RAMKitError) {
    let precision = projection.weights.precision.ofAttention
    let columns = projection.weights.outputs
    if precision == .bfloat16 {
      let qkv = try compute.bfloat16Matrix(rows: rows.rows, columns: columns)
      try compute.apply(projection, to: rows, into: qkv)
      try compute.windowAttention(qkv: qkv, images: images, windows, into: rows)
    } else {
      let qkv = try compute.matrix(rows: rows.rows, columns: columns)
      try compute.apply(projection, to: rows, into: qkv)
      try compute.windowAttention(
        qkv: qkv, images: images, windows, precision: precision, into: rows)
    }
  }

  private func merge(
    _ x: Matrix, of stage: Stage, by merging: Merging, images: Int, compute: ComputeContext
  ) throws(RAMKitError) -> Matrix {
    let side = stage.configuration.side
    let merged = try compute.matrix(
      rows: images * (side / 2) * (side / 2), columns: merging.reduction.outputs)
    try compute.patchMerging(
      of: x, images: images, side: side, norm: merging.norm, reduction: merging.reduction,
      into: merged)
    return merged
  }

  /// The final LayerNorm, and each photo's mean token in front of its tokens.
  private func prependingMeans(
    to x: Matrix, images: Int, compute: ComputeContext
  ) throws(RAMKitError) -> Matrix {
    let tokens = configuration.tokens
    let out = try compute.matrix(rows: images * (1 + tokens), columns: x.columns)
    for image in 0..<images {
      let start = image * (1 + tokens)
      let body = out.rows((start + 1)..<(start + 1 + tokens))
      try compute.apply(norm, to: x.rows((image * tokens)..<((image + 1) * tokens)), into: body)
      try compute.meanRows(of: body, into: out.rows(start..<(start + 1)))
    }
    return out
  }
}
