/// The sizes of an EfficientNet-Lite (Tan and Le 2019, "EfficientNet", in its Lite variant: no
/// squeeze-and-excitation, ReLU6) without its classifier, read off a file that holds BatchNorm folded
/// into the convolutions and tensors laid out for the kernels.
///
/// Strides and what the photo has to be are in no tensor's shape; the file's metadata says them.
package struct EfficientNetLiteConfiguration: Sendable, Hashable {
  /// An inverted bottleneck: expand, filter each channel, project.
  package struct Block: Sendable, Hashable {
    package var geometry: ConvolutionGeometry
    package var inputs: Int
    package var inside: Int
    package var outputs: Int
    /// Whether there is an expansion; a block without filters its input's own channels.
    package var expands: Bool

    /// Whether the block's input is added to its output.
    package var addsInput: Bool { geometry.stride == 1 && inputs == outputs }
  }

  package var imageSize: Int
  package var pixelMean: Float
  package var pixelDeviation: Float
  package var stem: ConvolutionGeometry
  package var stemOutputs: Int
  package var blocks: [Block]
  /// Channels behind the head: the width of a token.
  package var features: Int

  /// Tokens of a photo.
  var tokens: Int {
    let side = (blocks.last?.geometry ?? stem).outputSide
    return side * side
  }

  /// What goes in.
  var input: PhotoInput {
    PhotoInput(
      side: imageSize,
      normalization: PixelNormalization(offset: pixelMean, divisor: pixelDeviation),
      layout: .channelsLast)
  }
}

extension EfficientNetLiteConfiguration {
  /// - Parameter imageSize: another side for photos than the file's own.
  init(
    checkpoint: any TensorSource, prefix: String, imageSize: Int?
  ) throws(RAMKitError) {
    let reader = ShapeReader(checkpoint: checkpoint)
    let metadata = MetadataReader(checkpoint: checkpoint)
    try metadata.expect("padding", "same")
    try metadata.expect("activation", "relu6")
    pixelMean = try metadata.number("pixel_mean", in: -1000...1000)
    pixelDeviation = try metadata.number("pixel_std", in: 0.001...1000)
    let ownSize = try metadata.integer("image_size", in: Self.imageSizes)
    let size = imageSize ?? ownSize
    guard Self.imageSizes.contains(size) else {
      throw .invalidOption(name: "image size", reason: "\(size) px is not in \(Self.imageSizes)")
    }
    self.imageSize = size

    let stemWeight = try reader.shape("\(prefix)stem.weight", rank: 2)
    stemOutputs = stemWeight[0]
    stem = ConvolutionGeometry(
      side: size,
      kernel: try Self.kernel(
        area: stemWeight[1], channels: 3, "\(prefix)stem.weight", reader.path),
      stride: try metadata.integer("stem_stride", in: Self.strides))

    blocks = []
    var (side, channels) = (stem.outputSide, stemOutputs)
    for stride in try metadata.integers("block_strides", in: Self.strides) {
      let block = try Self.block(
        "\(prefix)blocks.\(blocks.count)", side: side, stride: stride, inputs: channels,
        reader: reader)
      (side, channels) = (block.geometry.outputSide, block.outputs)
      blocks.append(block)
    }
    features = try reader.shape("\(prefix)head.weight", rank: 2)[0]
  }

  private static let imageSizes = 32...2048
  private static let strides = 1...8

  private static func block(
    _ name: String, side: Int, stride: Int, inputs: Int, reader: ShapeReader
  ) throws(RAMKitError) -> Block {
    let filters = try reader.shape("\(name).depthwise.weight", rank: 3)
    return Block(
      geometry: ConvolutionGeometry(side: side, kernel: filters[0], stride: stride),
      inputs: inputs, inside: filters[2],
      outputs: try reader.shape("\(name).project.weight", rank: 2)[0],
      expands: reader.has("\(name).expand.weight"))
  }

  /// The side of a square kernel over so many channels.
  private static func kernel(
    area: Int, channels: Int, _ name: String, _ path: String
  ) throws(RAMKitError) -> Int {
    let side = Int((Double(area) / Double(channels)).squareRoot().rounded())
    guard side > 0, side < 64, side * side * channels == area else {
      throw .unsupportedModel(
        path: path,
        reason: "tensor '\(name)' has \(area) columns, no square kernel over \(channels) channels")
    }
    return side
  }
}

extension EfficientNetLiteConfiguration {
  /// Every tensor of the encoder.
  func requirements(prefix: String) -> [TensorRequirement] {
    var list = TensorRequirement.linear(
      "\(prefix)stem", outputs: stemOutputs, inputs: stem.kernel * stem.kernel * 3)
    for (index, block) in blocks.enumerated() {
      let name = "\(prefix)blocks.\(index)"
      let inside = block.expands ? block.inside : block.inputs
      if block.expands {
        list += TensorRequirement.linear(
          "\(name).expand", outputs: inside, inputs: block.inputs, role: .weights,
          layer: .init(
            name: "block \(index + 1)", rows: block.geometry.side * block.geometry.side))
      }
      let kernel = block.geometry.kernel
      list.append(TensorRequirement("\(name).depthwise.weight", [kernel, kernel, inside]))
      list.append(TensorRequirement("\(name).depthwise.bias", [inside]))
      list += TensorRequirement.linear(
        "\(name).project", outputs: block.outputs, inputs: inside, role: .weights,
        layer: .init(
          name: "block \(index + 1)",
          rows: block.geometry.outputSide * block.geometry.outputSide))
    }
    let channels = blocks.last?.outputs ?? stemOutputs
    return list
      + TensorRequirement.linear(
        "\(prefix)head", outputs: features, inputs: channels, role: .weights,
        layer: .init(
          name: "head", rows: blocks.last.map { $0.geometry.outputSide * $0.geometry.outputSide }))
  }
}

extension ModelDescription.ImageEncoder {
  /// Blocks of one width and resolution count as a stage.
  init(_ network: EfficientNetLiteConfiguration) {
    var depths: [Int] = []
    var widths: [Int] = []
    for block in network.blocks {
      if block.addsInput, !depths.isEmpty {
        depths[depths.count - 1] += 1
      } else {
        depths.append(1)
        widths.append(block.outputs)
      }
    }
    self.init(
      kind: "efficientnet-lite", depths: depths, widths: widths, heads: [],
      windows: [], patch: 0)
  }
}
