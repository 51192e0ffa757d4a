/// The sizes of a Swin transformer (Liu et al. 2021), read off its tensors.
package struct SwinConfiguration: Sendable, Hashable {
  /// One stage: blocks at one resolution.
  package struct Stage: Sendable, Hashable {
    package var depth: Int
    package var heads: Int
    package var width: Int
    package var feedForward: Int
    /// Tokens along a side of the stage's map.
    package var side: Int
    /// Tokens along a side of its windows.
    package var window: Int

    /// The cyclic shift of odd blocks: half a window, or none where one window covers the map.
    package var shift: Int { side > window ? window / 2 : 0 }
  }

  package var imageSize: Int
  package var patch: Int
  package var stages: [Stage]
  package var normalisesPatches: Bool

  /// What goes in, as the official code prepares it.
  var input: PhotoInput {
    PhotoInput(side: imageSize, normalization: .imageNet, layout: .planar)
  }

  /// Width of the tokens that come out.
  package var width: Int { stages.last?.width ?? 0 }

  /// Tokens that come out, without the mean token.
  package var tokens: Int { stages.last.map { $0.side * $0.side } ?? 0 }
}

extension SwinConfiguration {
  /// Reads the sizes off the tensors under `prefix`.
  ///
  /// The window follows from the bias tables' height, (2 window - 1)². The resolution is in no
  /// weight: `imageSize` gives it; else what the file says of itself; else a mask buffer left in the
  /// file; else the official rule that the last stage is one window (384 px for window 12, 224 px
  /// for window 7).
  init(
    checkpoint: any TensorSource, prefix: String, imageSize: Int?
  ) throws(RAMKitError) {
    let reader = ShapeReader(checkpoint: checkpoint)
    let projection = try reader.shape("\(prefix)patch_embed.proj.weight", rank: 4)
    guard projection[1] == 3, projection[2] == projection[3] else {
      throw .wrongTensorShape(
        path: checkpoint.path, name: "\(prefix)patch_embed.proj.weight", found: projection,
        expected: [projection[0], 3, projection[2], projection[2]])
    }
    patch = projection[2]
    normalisesPatches = reader.has("\(prefix)patch_embed.norm.weight")
    self.imageSize = 0

    stages = []
    while let stage = try Self.stage(stages.count, reader: reader, prefix: prefix) {
      stages.append(stage)
    }
    guard let last = stages.last, stages.count < 16 else {
      throw .missingTensors(
        path: checkpoint.path, names: ["\(prefix)layers.0.blocks.0.attn.qkv.weight"])
    }
    let mask = Self.sizeFromMask(
      checkpoint, prefix: prefix, window: stages[0].window, patch: patch)
    let own =
      try checkpoint.carriedImageSize() ?? mask ?? last.window * patch << (stages.count - 1)
    let misfit = "\(imageSize ?? own) px does not divide into the patches and windows of this model"
    try resolve(
      imageSize: imageSize ?? own,
      orThrow: imageSize == nil
        ? .unsupportedModel(path: checkpoint.path, reason: misfit)
        : .invalidOption(name: "image size", reason: misfit))
  }

  /// Fills in each stage's map for photos of `imageSize`, or throws where that size can't be.
  private mutating func resolve(
    imageSize size: Int, orThrow misfit: RAMKitError
  ) throws(RAMKitError) {
    imageSize = size
    guard size > 0, size <= 8192, size % patch == 0 else { throw misfit }
    var side = size / patch
    for index in stages.indices {
      guard side > 0, side % stages[index].window == 0 else { throw misfit }
      stages[index].side = side
      guard side % 2 == 0 || index == stages.count - 1 else { throw misfit }
      side /= 2
    }
  }

  private static func stage(
    _ index: Int, reader: ShapeReader, prefix: String
  ) throws(RAMKitError) -> Stage? {
    let blocks = "\(prefix)layers.\(index).blocks"
    var depth = 0
    while reader.has("\(blocks).\(depth).attn.qkv.weight") { depth += 1 }
    guard depth > 0 else { return nil }
    let qkv = try reader.shape("\(blocks).0.attn.qkv.weight", rank: 2)
    let tableName = "\(blocks).0.attn.relative_position_bias_table"
    let table = try reader.shape(tableName, rank: 2)
    let hidden = try reader.shape("\(blocks).0.mlp.fc1.weight", rank: 2)
    let (width, heads) = (qkv[1], table[1])
    let side = Int(Double(table[0]).squareRoot().rounded())
    guard side * side == table[0], side % 2 == 1 else {
      throw .unsupportedModel(
        path: reader.path,
        reason: "tensor '\(tableName)' has \(table[0]) rows, not (2 window - 1)² for any window")
    }
    guard width % heads == 0 else {
      throw .unsupportedModel(
        path: reader.path,
        reason: "stage \(index) of width \(width) does not divide into \(heads) heads")
    }
    return Stage(
      depth: depth, heads: heads, width: width, feedForward: hidden[0], side: 0,
      window: (side + 1) / 2)
  }

  /// The resolution behind the first shifted block's mask, [windows, tokens, tokens].
  private static func sizeFromMask(
    _ checkpoint: any TensorSource, prefix: String, window: Int, patch: Int
  ) -> Int? {
    guard let mask = checkpoint.shape(of: "\(prefix)layers.0.blocks.1.attn_mask"),
      mask.count == 3, (1..<(1 << 24)).contains(mask[0])
    else { return nil }
    let windows = Int(Double(mask[0]).squareRoot().rounded())
    return windows * windows == mask[0] ? windows * window * patch : nil
  }
}

extension SwinConfiguration {
  /// Every tensor of the encoder, under official names.
  func requirements(prefix: String) -> [TensorRequirement] {
    let embed = stages[0].width
    // Pixels are not worth rounding: the projection is a two-thousandth of the work.
    var list = [
      TensorRequirement(
        "\(prefix)patch_embed.proj.weight", [embed, 3, patch, patch], isPrepared: true),
      TensorRequirement("\(prefix)patch_embed.proj.bias", [embed]),
    ]
    if normalisesPatches {
      list += TensorRequirement.layerNorm("\(prefix)patch_embed.norm", width: embed)
    }
    for (index, stage) in stages.enumerated() {
      for block in 0..<stage.depth {
        list += Self.requirements(
          of: stage, name: "stage \(index + 1)", block: "\(prefix)layers.\(index).blocks.\(block)")
      }
      if index < stages.count - 1 {
        let merging = "\(prefix)layers.\(index).downsample"
        list += TensorRequirement.layerNorm("\(merging).norm", width: 4 * stage.width)
        list.append(
          TensorRequirement(
            "\(merging).reduction.weight", [stages[index + 1].width, 4 * stage.width],
            role: .weights, isPrepared: true,
            layer: .init(name: "stage \(index + 1) merging", rows: stage.side * stage.side / 4)))
      }
    }
    return list + TensorRequirement.layerNorm("\(prefix)norm", width: width)
  }

  private static func requirements(
    of stage: Stage, name: String, block: String
  ) -> [TensorRequirement] {
    let (width, table) = (stage.width, 2 * stage.window - 1)
    let rows = stage.side * stage.side
    let attention = TensorRequirement.Layer(name: "\(name) attention", rows: rows)
    let feedForward = TensorRequirement.Layer(name: "\(name) MLP", rows: rows)
    let parts: [[TensorRequirement]] = [
      TensorRequirement.layerNorm("\(block).norm1", width: width),
      TensorRequirement.linear(
        "\(block).attn.qkv", outputs: 3 * width, inputs: width, role: .weights, layer: attention),
      [
        TensorRequirement(
          "\(block).attn.relative_position_bias_table", [table * table, stage.heads])
      ],
      TensorRequirement.linear(
        "\(block).attn.proj", outputs: width, inputs: width, role: .weights, layer: attention),
      TensorRequirement.layerNorm("\(block).norm2", width: width),
      TensorRequirement.linear(
        "\(block).mlp.fc1", outputs: stage.feedForward, inputs: width, role: .weights,
        layer: feedForward),
      TensorRequirement.linear(
        "\(block).mlp.fc2", outputs: width, inputs: stage.feedForward, role: .weights,
        layer: feedForward),
    ]
    return Array(parts.joined())
  }

  /// Buffers that PyTorch leaves in checkpoints and that follow from the sizes: not weights.
  static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix(".relative_position_index") || name.hasSuffix(".attn_mask")
  }
}
