/// A tensor that a model needs: where it may be found in a checkpoint, and its shape.
package struct TensorRequirement: Sendable, Hashable {
  /// The name under which the model asks for it.
  package let name: String

  /// Other names under which files keep the same tensor; official checkpoints tie some weights, and
  /// writers of safetensors keep only one of two tied names.
  package let aliases: [String]

  package let shape: [Int]

  package init(_ name: String, _ shape: [Int], aliases: [String] = []) {
    self.name = name
    self.aliases = aliases
    self.shape = shape
  }
}

extension TensorRequirement {
  /// A `Linear` of PyTorch: weight [outputs, inputs] and bias [outputs].
  static func linear(
    _ name: String, outputs: Int, inputs: Int, aliases: [String] = []
  ) -> [TensorRequirement] {
    [
      TensorRequirement(
        "\(name).weight", [outputs, inputs], aliases: aliases.map { "\($0).weight" }),
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
