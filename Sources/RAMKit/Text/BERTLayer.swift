/// A layer of BERT with one attention: a text encoder's attends to the text itself, the recognition
/// decoder's to a photo's tokens.
///
/// Follows `BertLayer` of transformers (Devlin et al. 2018) and of the official models.
struct BERTLayer: Sendable {
  /// What the layer's states attend to, as checkpoints call it.
  enum Attention: String, Sendable {
    case itself = "attention"
    case memory = "crossattention"
  }

  /// The layer's sizes, for what a checkpoint must hold.
  struct Sizes: Sendable {
    let width: Int
    /// Width of what keys and values are made from.
    let memoryWidth: Int
    let feedForward: Int
  }

  let query: Linear
  let key: Linear
  let value: Linear
  let attentionOutput: Linear
  let attentionNorm: LayerNorm
  private let feedForward: FeedForward
  private let outputNorm: LayerNorm

  /// Of every LayerNorm in BERT.
  static let epsilon: Float = 1e-12

  /// The layer whose tensors' names start with `name` and a dot.
  init(_ name: String, attention: Attention, weights: WeightLoader) throws(RAMKitError) {
    func linear(_ part: String) throws(RAMKitError) -> Linear {
      try weights.linear("\(name).\(part)")
    }
    func norm(_ part: String) throws(RAMKitError) -> LayerNorm {
      try weights.layerNorm("\(name).\(part).LayerNorm", epsilon: Self.epsilon)
    }
    let attention = attention.rawValue
    query = try linear("\(attention).self.query")
    key = try linear("\(attention).self.key")
    value = try linear("\(attention).self.value")
    attentionOutput = try linear("\(attention).output.dense")
    attentionNorm = try norm("\(attention).output")
    feedForward = FeedForward(
      expansion: try linear("intermediate.dense"), contraction: try linear("output.dense"))
    outputNorm = try norm("output")
  }

  /// What ``init(_:attention:weights:)`` asks for. The tensors may also lie under one of the other
  /// names, each of them a layer's. `layer` is what people call a decoder's.
  static func requirements(
    _ name: String, attention: Attention, sizes: Sizes, layer: String? = nil,
    otherNames: [String] = []
  ) -> [TensorRequirement] {
    func linear(
      _ part: String, _ outputs: Int, _ inputs: Int, _ role: TensorRequirement.Role = .weights,
      of products: String? = nil
    ) -> [TensorRequirement] {
      TensorRequirement.linear(
        "\(name).\(part)", outputs: outputs, inputs: inputs,
        aliases: otherNames.map { "\($0).\(part)" }, role: role,
        layer: products.map { .init(name: $0, rows: nil) })
    }
    func norm(_ part: String) -> [TensorRequirement] {
      TensorRequirement.layerNorm(
        "\(name).\(part).LayerNorm", width: sizes.width,
        aliases: otherNames.map { "\($0).\(part).LayerNorm" })
    }
    // A photo's few tokens are what thousands of labels ask: little work, of which all answers are made.
    let memory: TensorRequirement.Role = attention == .memory ? .sensitive : .weights
    let attention = attention.rawValue
    let (asking, feedForward) = (layer.map { "\($0) attention" }, layer.map { "\($0) MLP" })
    let parts: [[TensorRequirement]] = [
      linear("\(attention).self.query", sizes.width, sizes.width, of: asking),
      linear("\(attention).self.key", sizes.width, sizes.memoryWidth, memory),
      linear("\(attention).self.value", sizes.width, sizes.memoryWidth, memory),
      linear("\(attention).output.dense", sizes.width, sizes.width, of: asking),
      norm("\(attention).output"),
      linear("intermediate.dense", sizes.feedForward, sizes.width, of: feedForward),
      linear("output.dense", sizes.width, sizes.feedForward, of: feedForward),
      norm("output"),
    ]
    return Array(parts.joined())
  }
}

@ComputeActor
extension BERTLayer {
  /// What follows the attention: its output added to the states, and normalised.
  ///
  /// - Parameters:
  ///   - context: what attention found, [rows, width].
  ///   - states: the layer's input, [rows, width]; `output` may be the same.
  func project(
    _ context: Matrix, states: Matrix, into output: Matrix, compute: ComputeContext
  ) throws(RAMKitError) {
    try compute.apply(
      attentionOutput, to: context, residual: states, norm: attentionNorm, into: output)
  }

  /// The feed-forward network, in place.
  func feedForward(_ states: Matrix, compute: ComputeContext) throws(RAMKitError) {
    try compute.apply(
      feedForward, to: states, residual: states, norm: outputNorm, into: states)
  }
}
