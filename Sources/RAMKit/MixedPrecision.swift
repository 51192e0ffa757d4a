/// Which layers of a model run in int8 and which stay in bfloat16, as measured on photos.
///
/// ```swift
/// let photos = [Photo.file(photoURL)]
/// let mixed = try await MixedPrecision(of: checkpointURL, on: photos)
/// let options = ModelOptions(precision: .int8)
/// let conversion = try ModelConversion(of: checkpointURL, options: options, mixed: mixed)
/// ```
///
/// A layer stays where its part of what int8 does to the logits is more than ``factor`` times its part of
/// the work. So what stays is less than a third of the work, whatever was measured.
public struct MixedPrecision: Sendable, Hashable, Codable {
  /// What was measured of one layer, or of the same part of all blocks of a stage.
  public struct Layer: Sendable, Hashable, Codable {
    /// What `ramkit bench` calls it: "stage 3 MLP".
    public var name: String

    /// Its part of the work of all layers, in 0...1.
    public var workShare: Double

    /// How far logits move, as ``LogitMovement/rootMeanSquare``, where this layer is in int8 and all else in
    /// float32.
    public var int8Movement: Double

    /// The same with this layer in bfloat16.
    public var bfloat16Movement: Double

    /// Its part, in 0...1, of what int8 adds to the squared movements that bfloat16 makes.
    public var errorShare: Double

    /// What it is to run in: int8 or bfloat16.
    public var precision: Precision
  }

  /// How much more error than work makes a layer stay in bfloat16.
  public static let factor = 3.0

  /// The layers that int8 is for, in the order of the model.
  public var layers: [Layer]

  /// How many photos it was measured on.
  public var photoCount: Int

  /// The layers that stay.
  public var bfloat16Layers: [Layer] { layers.filter { $0.precision == .bfloat16 } }

  /// - Parameter measured: each layer's name, work and movements.
  package init(
    _ measured: [(name: String, work: Double, int8: Double, bfloat16: Double)], photoCount: Int
  ) {
    let work = measured.reduce(0) { $0 + $1.work }
    // Movements of layers that know nothing of each other add up in squares.
    let errors = measured.map { max(0, $0.int8 * $0.int8 - $0.bfloat16 * $0.bfloat16) }
    let error = errors.reduce(0, +)
    layers = zip(measured, errors).map { layer, own in
      let (workShare, errorShare) = (
        work > 0 ? layer.work / work : 0, error > 0 ? own / error : 0
      )
      return Layer(
        name: layer.name, workShare: workShare, int8Movement: layer.int8,
        bfloat16Movement: layer.bfloat16, errorShare: errorShare,
        precision: errorShare > Self.factor * workShare ? .bfloat16 : .int8)
    }
    self.photoCount = photoCount
  }
}

extension MixedPrecision {
  /// What a product runs in, of a model that would have it run in `precision`.
  func precision(of requirement: TensorRequirement, wanted precision: Precision) -> Precision {
    guard precision == .int8, let name = requirement.layer?.name else { return precision }
    return layers.first { $0.name == name }?.precision ?? precision
  }

  /// Makes sure that it is about a model with these layers, and of use in its precision.
  func check(
    _ precision: Precision, _ requirements: [TensorRequirement]
  ) throws(RAMKitError) {
    guard precision == .int8 else {
      throw .invalidOption(
        name: "mixed precision", reason: "layers can stay in bfloat16 only where the rest is int8")
    }
    let known = Set(requirements.compactMap(\.layer?.name))
    if let other = layers.first(where: { !known.contains($0.name) || $0.precision == .float32 }) {
      throw .invalidOption(
        name: "mixed precision", reason: "it does not fit this model's layer '\(other.name)'")
    }
  }
}
