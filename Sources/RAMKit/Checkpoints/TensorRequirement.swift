/// A tensor that a model needs: where it may be found in a checkpoint, and its shape.
package struct TensorRequirement: Sendable, Hashable {
  /// The name under which the model asks for it.
  package let name: String

  /// Other names under which files keep the same tensor; official checkpoints tie some weights, and
  /// writers of safetensors keep only one of two tied names.
  package let aliases: [String]

  package let shape: [Int]

  /// Whether a model that runs in a precision below float32 rounds it: the weights of its large
  /// products. A file of that precision holds it rounded, and all else in float32.
  package let isRounded: Bool

  package init(
    _ name: String, _ shape: [Int], aliases: [String] = [], isRounded: Bool = false
  ) {
    self.name = name
    self.aliases = aliases
    self.shape = shape
    self.isRounded = isRounded
  }
}

extension TensorRequirement {
  /// A `Linear` of PyTorch: weight [outputs, inputs] and bias [outputs]. A bias is
  /// never rounded.
  static func linear(
    _ name: String, outputs: Int, inputs: Int, aliases: [String] = [], isRounded: Bool = false
  ) -> [TensorRequirement] {
    [
      TensorRequirement(
        "\(name).weight", [outputs, inputs], aliases: aliases.map { "\($0).weight" },
        isRounded: isRounded),
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
