/// A tensor that a model needs: where it may be found in a checkpoint, and its shape.
package struct TensorRequirement: Sendable, Hashable {
  /// The name under which the model asks for it.
  package let name: String

  /// Other names under which files keep the same tensor; official checkpoints tie some weights, and
  /// writers of safetensors keep only one of two tied names.
  package let aliases: [String]

  package let shape: [Int]

  /// What it is to the model, and so how far it may be rounded.
  package enum Role: Sendable {
    /// Never: biases, LayerNorms, small projections.
    case exact
    /// To bfloat16 and no further: text embeddings, and weights of small products on which much depends.
    case sensitive
    /// The weights of a large product, as far as the model's precision goes.
    case weights

    /// What it is kept in by a model of a precision.
    func precision(in model: Precision) -> Precision {
      switch self {
      case .exact: .float32
      case .sensitive: model == .int8 ? .bfloat16 : model
      case .weights: model
      }
    }
  }

  package let role: Role

  /// Whether it is a product's weights, which ``WeightLoader/prepared(_:)`` brings into the order that
  /// kernels read.
  package let isPrepared: Bool

  /// The layer that a product's weights are part of, for ``MixedPrecision`` to decide on; nil for others.
  package let layer: Layer?

  /// Products that run in one precision, and what a photo puts through one of them.
  package struct Layer: Sendable, Hashable {
    /// What `ramkit bench` calls it.
    package let name: String
    /// Rows that are multiplied; nil for one a label.
    package let rows: Int?
  }

  package init(
    _ name: String, _ shape: [Int], aliases: [String] = [], role: Role = .exact,
    isPrepared: Bool = false, layer: Layer? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.shape = shape
    self.role = role
    self.isPrepared = isPrepared
    self.layer = layer
  }
}

extension TensorRequirement {
  /// A `Linear` of PyTorch: weight [outputs, inputs] and bias [outputs]. A bias is
  /// never rounded. Weights are a product's, unless the model multiplies them otherwise.
  static func linear(
    _ name: String, outputs: Int, inputs: Int, aliases: [String] = [], role: Role = .exact,
    isPrepared: Bool = true, layer: Layer? = nil
  ) -> [TensorRequirement] {
    [
      TensorRequirement(
        "\(name).weight", [outputs, inputs], aliases: aliases.map { "\($0).weight" },
        role: role, isPrepared: isPrepared, layer: layer),
      TensorRequirement("\(name).bias", [outputs], aliases: aliases.map { "\($0).bias" }),
    ]
  }

  /// A `LayerNorm` of PyTorch: weight and bias, [width] each.
  static func layerNorm(
    _ name: String, width: Int, aliases: [String] = []
  ) -> [TensorRequirement] {
    ["weight", "bias"].map { part in
      TensorRequirement("\(name).\(part)", [width], aliases: aliases.map { "\($0).\(part)" })
    }
  }
}
