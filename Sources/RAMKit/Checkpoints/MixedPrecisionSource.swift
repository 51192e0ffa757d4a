#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A model's tensors, some of which run in another precision than they would.
struct MixedPrecisionSource: TensorSource {
  private let base: any TensorSource
  private let tensors: Set<String>
  private let precision: Precision

  init(_ base: any TensorSource, tensors: Set<String>, precision: Precision) {
    self.base = base
    self.tensors = tensors
    self.precision = precision
  }

  func precision(ofProduct name: String, wanted: Precision) -> Precision {
    tensors.contains(name) ? precision : wanted
  }

  var path: String { base.path }
  var folder: URL? { base.folder }
  var formatName: String { base.formatName }
  var metadata: [String: String] { base.metadata }
  var ggufMetadata: GGUFMetadata? { base.ggufMetadata }
  var tensorNames: [String] { base.tensorNames }
  func shape(of name: String) -> [Int]? { base.shape(of: name) }
  func elementType(of name: String) -> ElementType? { base.elementType(of: name) }
  func canBeWeights(_ name: String) -> Bool { base.canBeWeights(name) }

  func signedBytes(of name: String) throws(RAMKitError) -> SignedByteRows? {
    try base.signedBytes(of: name)
  }

  func withFloats<Result>(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>) throws(RAMKitError) -> Result
  ) throws(RAMKitError) -> Result {
    try base.withFloats(of: name, compute: compute, body)
  }

  func forEachPiece(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>, Range<Int>) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    try base.forEachPiece(of: name, compute: compute, body)
  }

  func copyFloats(
    of name: String, compute: ComputeContext, to out: UnsafeMutablePointer<Float>
  ) throws(RAMKitError) {
    try base.copyFloats(of: name, compute: compute, to: out)
  }
}
