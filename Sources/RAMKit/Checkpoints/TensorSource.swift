#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a model's tensors come from: a file (``Checkpoint``), or numbers made on the spot.
/// Configurations read sizes off it, and ``WeightLoader`` the weights.
package protocol TensorSource: Sendable {
  /// What errors and descriptions call it: a file's path.
  var path: String { get }

  /// The folder that its file lies in; nil for other sources.
  var folder: URL? { get }

  /// "safetensors", "pytorch", ...
  var formatName: String { get }

  /// What it says of itself.
  var metadata: [String: String] { get }

  /// The values in front of a GGUF file's tensors, lists among them; nil for other sources.
  var ggufMetadata: GGUFMetadata? { get }

  /// The matrices that it stores as products read them; nil where there are none.
  var prepared: PreparedWeights? { get }

  /// The names of all tensors, in any order.
  var tensorNames: [String] { get }

  /// A tensor's sizes, outermost first; nil where there is no such tensor.
  func shape(of name: String) -> [Int]?

  /// What a tensor's numbers are stored as; nil where there is no such tensor, or nothing is stored.
  func elementType(of name: String) -> ElementType?

  /// Whether a tensor's numbers are of a type that can be a model's weights.
  func canBeWeights(_ name: String) -> Bool

  /// What a product with a tensor's weights runs in, in a model that would have it run in `precision`:
  /// a source may know better.
  func precision(ofProduct name: String, wanted precision: Precision) -> Precision

  /// The signed bytes and scales that a matrix is stored as; nil where it is stored otherwise.
  func signedBytes(of name: String) throws(RAMKitError) -> SignedByteRows?

  /// A tensor's bytes where they lie, to be used there for as long as anyone likes; nil where the source
  /// has them elsewhere, or as another type.
  func mappedBytes(of name: String, as type: ElementType) -> MappedBytes?

  /// The matrix that a source stores prepared for products of `compute`; nil where it stores numbers.
  func preparedMatrix(
    of name: String, compute: ComputeContext
  ) throws(RAMKitError) -> PreparedMatrix?

  /// Calls `body` with a tensor's numbers as float32 in C order, which are valid during the call.
  /// The tensor leaves memory afterwards.
  func withFloats<Result>(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>) throws(RAMKitError) -> Result
  ) throws(RAMKitError) -> Result

  /// Calls `body` with a tensor's numbers as float32 in C order, piece by piece, and with the
  /// elements that each piece holds.
  func forEachPiece(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>, Range<Int>) throws(RAMKitError) -> Void
  ) throws(RAMKitError)

  /// Writes a tensor's numbers as float32 in C order to memory for all of them, without a copy on
  /// the way where that can be.
  func copyFloats(
    of name: String, compute: ComputeContext, to out: UnsafeMutablePointer<Float>
  ) throws(RAMKitError)
}

extension TensorSource {
  package var folder: URL? { nil }

  package var ggufMetadata: GGUFMetadata? { nil }

  package var prepared: PreparedWeights? { nil }

  package func elementType(of name: String) -> ElementType? { nil }

  package func canBeWeights(_ name: String) -> Bool {
    elementType(of: name)?.canBeWeights ?? true
  }

  package func precision(ofProduct name: String, wanted precision: Precision) -> Precision {
    precision
  }

  package func signedBytes(of name: String) throws(RAMKitError) -> SignedByteRows? { nil }

  package func mappedBytes(of name: String, as type: ElementType) -> MappedBytes? { nil }

  package func preparedMatrix(
    of name: String, compute: ComputeContext
  ) throws(RAMKitError) -> PreparedMatrix? { nil }

  package func withFloats<Result>(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>) throws(RAMKitError) -> Result
  ) throws(RAMKitError) -> Result {
    let values = try Matrix(rows: 1, columns: (shape(of: name) ?? []).reduce(1, *))
    try copyFloats(of: name, compute: compute, to: values.pointer)
    return try body(values.pointer)
  }

  package func forEachPiece(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>, Range<Int>) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    try withFloats(of: name, compute: compute) { (values) throws(RAMKitError) in
      try body(values, 0..<(shape(of: name) ?? []).reduce(1, *))
    }
  }
}
