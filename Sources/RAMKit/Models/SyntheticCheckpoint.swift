import CRAMKernels

/// A model without a file: the tensors that a configuration calls for, with made-up numbers, which
/// are made when a tensor is asked for and kept nowhere.
///
/// The numbers are such that activations keep about the size that they have in trained models: a
/// product's weights have a variance of 1 / inputs, gains lie around 1, biases around 0.
package struct SyntheticCheckpoint: TensorSource {
  package let path: String
  package let formatName = "synthetic"
  package let metadata: [String: String] = [:]
  package let seed: UInt64
  private let shapes: [String: [Int]]

  /// - Parameter path: what errors and descriptions call it.
  package init(path: String, configuration: any ModelConfiguration, seed: UInt64 = 1) {
    self.path = path
    self.seed = seed
    shapes = Dictionary(
      configuration.requirements.map { ($0.name, $0.shape) },
      uniquingKeysWith: { first, _ in first })
  }

  package var tensorNames: [String] { Array(shapes.keys) }

  package func shape(of name: String) -> [Int]? { shapes[name] }

  package func copyFloats(
    of name: String, compute: ComputeContext, to out: UnsafeMutablePointer<Float>
  ) throws(RAMKitError) {
    guard let shape = shapes[name] else { throw .missingTensors(path: path, names: [name]) }
    let (center, magnitude) = Self.spread(name, shape)
    try ComputeContext.check(
      ramk_fill_uniform(
        compute.raw, Self.seed(seed, name), center, magnitude, shape.reduce(1, *), out),
      "making up '\(name)'")
  }

  /// Where a tensor's numbers lie.
  private static func spread(_ name: String, _ shape: [Int]) -> (center: Float, magnitude: Float) {
    if shape.count > 1 {
      // Each label's own weights lie below a dimension of 1.
      let isOfEachLabel = name == Tag2TextConfiguration.classifierName
      let inputs = isOfEachLabel ? shape[shape.count - 1] : shape.dropFirst().reduce(1, *)
      return (0, (3 / Float(max(1, inputs))).squareRoot())
    }
    return name.hasSuffix(".bias") ? (0, 0.1) : (1, 0.1)
  }

  /// A seed for each name: FNV-1a (Fowler, Noll and Vo), which is the same in every process.
  private static func seed(_ seed: UInt64, _ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
