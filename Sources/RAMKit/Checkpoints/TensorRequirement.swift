/// A tensor that a model needs: where it may be found in a checkpoint, and its shape.
package struct TensorRequirement: Sendable, Hashable {
  /// The name under which the model asks for it.
  package let name: String

  /// Other names under which files keep the same tensor; official checkpoints tie some weights, and
  /// writers of safetensors keep only one of two tied names.
  package let aliases: [String]

  package let shape: [Int]

  /// What it is to the model, and so what it is rounded to in a precision below float32.
  package enum Role: Sendable {
    /// Never rounded: biases, LayerNorms, small projections.
    case exact
    /// The weights of a large product, in the model's precision.
    case weights
    /// Text embeddings that are weighed for every photo, in no less than bfloat16.
    case embeddings

    /// What a file of a precision holds it in.
    func elementType(in precision: Precision) -> ElementType {
      switch (self, precision) {
      case (.exact, _), (_, .float32): .float32
      case (.weights, .int8): .int8
      case (.weights, .bfloat16), (.embeddings, _): .bfloat16
      }
    }
  }

  package let role: Role

  package init(
    _ name: String, _ shape: [Int], aliases: [String] = [], role: Role = .exact
  ) {
    self.name = name
    self.aliases = aliases
    self.shape = shape
    self.role = role
  }
}

extension TensorRequirement {
  /// A `Linear` of PyTorch: weight [outputs, inputs] and bias [outputs]. A bias is
  /// never rounded.
  static func linear(
    _ name: String, outputs: Int, inputs: Int, aliases: [String] = [], role: Role = .exact
  ) -> [TensorRequirement] {
    [
      TensorRequirement(
        "\(name).weight", [outputs, inputs], aliases: aliases.map { "\($0).weight" },
        role: role),
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
