/// EfficientNet-Lite without its classifier: photos in, the head's features at each place of its map
/// out.
package struct EfficientNetLite: Sendable {
  struct Block: Sendable {
    let configuration: EfficientNetLiteConfiguration.Block
    let expansion: Linear?
    let filters: DepthwiseFilters
    let projection: Linear
  }

  package let configuration: EfficientNetLiteConfiguration
  private let stem: Linear
  private let blocks: [Block]
  private let head: Linear

  init(
    _ configuration: EfficientNetLiteConfiguration, weights: WeightLoader, prefix: String
  ) throws(RAMKitError) {
    self.configuration = configuration
    stem = try weights.linear("\(prefix)stem")
    var blocks: [Block] = []
    for (index, block) in configuration.blocks.enumerated() {
      let name = "\(prefix)blocks.\(index)"
      blocks.append(
        Block(
          configuration: block,
          expansion: block.expands ? try weights.linear("\(name).expand") : nil,
          filters: DepthwiseFilters(
            weights: try weights.matrix("\(name).depthwise.weight"),
            bias: try weights.matrix("\(name).depthwise.bias")),
          projection: try weights.linear("\(name).project")))
    }
    self.blocks = blocks
    head = try weights.linear("\(prefix)head")
  }
}

@ComputeActor
extension EfficientNetLite {
  /// Encodes photos [images, side · side · 3] (channels last, normalised) into tokens [images · (1 +
  /// tokens), features].
  package func encode(
    _ photos: Matrix, compute: ComputeContext, trace: Trace? = nil
  ) throws(RAMKitError) -> Matrix {
    let images = photos.rows
    let (side, outputSide) = (configuration.stem.side, configuration.stem.outputSide)
    var x = try compute.matrix(
      rows: images * outputSide * outputSide, columns: configuration.stemOutputs)
    try compute.convolution(
      of: photos.reshaped(rows: images * side * side, columns: 3), images: images,
      geometry: configuration.stem, by: stem, activation: .relu6, into: x)
    trace?("stem", x)
    for (index, block) in blocks.enumerated() {
      try Task.checkRAMKitCancellation()
      x = try run(block, on: x, images: images, compute: compute)
      trace?("blocks.\(index)", x)
    }
    let tokens = try headWithMeans(of: x, images: images, compute: compute)
    trace?("head", tokens)
    return tokens
  }

  /// The head at each place, and each photo's mean token in front of its tokens.
  private func headWithMeans(
    of x: Matrix, images: Int, compute: ComputeContext
  ) throws(RAMKitError) -> Matrix {
    let tokens = x.rows / images
    let out = try compute.matrix(rows: images * (1 + tokens), columns: configuration.features)
    for image in 0..<images {
      let start = image * (1 + tokens)
      let body = out.rows((start + 1)..<(start + 1 + tokens))
      try compute.apply(
        head, to: x.rows((image * tokens)..<((image + 1) * tokens)), activation: .relu6, into: body)
      try compute.meanRows(of: body, into: out.rows(start..<(start + 1)))
    }
    return out
  }

  private func run(
    _ block: Block, on x: Matrix, images: Int, compute: ComputeContext
  ) throws(RAMKitError) -> Matrix {
    let sizes = block.configuration
    let outputSide = sizes.geometry.outputSide
    let rows = images * outputSide * outputSide
    let filtered = try compute.matrix(rows: rows, columns: sizes.inside)
    if let expansion = block.expansion {
      try compute.expandedDepthwiseConvolution(
        of: x, images: images, expansion: expansion, geometry: sizes.geometry, by: block.filters,
        activation: .relu6, into: filtered)
    } else {
      try compute.depthwiseConvolution(
        of: x, images: images, geometry: sizes.geometry, by: block.filters, activation: .relu6,
        into: filtered)
    }
    let out = try compute.matrix(rows: rows, columns: sizes.outputs)
    try compute.apply(
      block.projection, to: filtered, residual: sizes.addsInput ? x : nil, into: out)
    return out
  }
}
