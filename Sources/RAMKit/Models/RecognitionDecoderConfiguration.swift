/// The sizes of the recognition decoder ("tagging head"), read off its tensors.
package struct RecognitionDecoderConfiguration: Sendable, Hashable {
  package var layers: Int
  /// Width of a label's state.
  package var width: Int
  package var feedForward: Int
  /// Width of the image tokens that the keys and values are made from.
  package var memoryWidth: Int
  /// `q2l_config.num_attention_heads`, which is in no tensor's shape.
  package var heads: Int
  /// Whether the projections of attention are done to a photo's tokens; nil where that is less work.
  package var foldsAttention: Bool?

  /// What scores of attention are multiplied by.
  var attentionScale: Float { 1 / Float(width / heads).squareRoot() }

  /// What every official model has.
  package static let officialHeads = 4

  package init(
    layers: Int, width: Int, feedForward: Int, memoryWidth: Int, heads: Int = officialHeads
  ) {
    self.layers = layers
    self.width = width
    self.feedForward = feedForward
    self.memoryWidth = memoryWidth
    self.heads = heads
  }
}

extension RecognitionDecoderConfiguration {
  private static let head = "tagging_head.encoder.layer"

  /// Other names of the head's layers: the text encoder's, whose weights the official classes tie
  /// to the head's, and the head's own in early checkpoints.
  private static let otherNames = ["tag_encoder.encoder.layer", "vision_multi.encoder.layer"]

  init(checkpoint: any TensorSource, options: ModelOptions) throws(RAMKitError) {
    let reader = ShapeReader(checkpoint: checkpoint)
    func shape(_ tensor: String) throws(RAMKitError) -> [Int] {
      try reader.shape(([Self.head] + Self.otherNames).map { "\($0).0.\(tensor)" }, rank: 2)
    }
    width = try shape("crossattention.self.query.weight")[0]
    memoryWidth = try shape("crossattention.self.key.weight")[1]
    feedForward = try shape("intermediate.dense.weight")[0]
    layers = Self.layerCount(in: reader)
    let carriedHeads = try checkpoint.carriedDecoderHeads()
    foldsAttention = options.foldsAttention
    heads = options.decoderHeads ?? carriedHeads ?? Self.officialHeads
    guard heads > 0, width % heads == 0 else {
      let misfit = "the tagging head's width \(width) does not divide into \(heads) heads"
      throw options.decoderHeads == nil
        ? .unsupportedModel(path: checkpoint.path, reason: misfit)
        : .invalidOption(name: "decoder heads", reason: misfit)
    }
  }

  /// The head's own layers. A file that keeps one of two tied names, and not both, may have kept the
  /// text encoder's: of its layers, the official head has the first two.
  private static func layerCount(in reader: ShapeReader) -> Int {
    func has(_ stem: String, _ layer: Int) -> Bool {
      reader.has("\(stem).encoder.layer.\(layer).crossattention.self.query.weight")
    }
    func hasOwn(_ layer: Int) -> Bool {
      has("tagging_head", layer) || has("vision_multi", layer)
    }
    let keepsBoth = hasOwn(0) && has("tag_encoder", 0)
    var layers = 0
    while hasOwn(layers) || !keepsBoth && layers < 2 && has("tag_encoder", layers) { layers += 1 }
    return layers
  }

  /// Every tensor of the decoder, under official names, with those that they are tied to.
  var requirements: [TensorRequirement] {
    let sizes = BERTLayer.Sizes(width: width, memoryWidth: memoryWidth, feedForward: feedForward)
    return (0..<layers).flatMap { layer in
      BERTLayer.requirements(
        Self.layerName(layer), attention: .memory, sizes: sizes,
        layer: "decoder layer \(layer + 1)",
        otherNames: Self.otherNames.map { "\($0).\(layer)" })
    }
  }

  static func layerName(_ layer: Int) -> String { "\(head).\(layer)" }
}
