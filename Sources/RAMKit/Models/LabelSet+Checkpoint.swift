#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension LabelSet {
  /// The labels of a checkpoint's own queries: those that the file carries, else the official ones
  /// of its family where they are as many.
  ///
  /// - Throws: ``RAMKitError`` where the file can't be read or is of no known family, and
  ///   ``RAMKitError/mismatchedLabels(reason:)`` where nobody names its queries.
  /// - Complexity: reads the file's index, and no weights.
  public init(ofCheckpoint url: URL) throws(RAMKitError) {
    let checkpoint = try Checkpoint(contentsOf: url)
    let options = ModelOptions()
    let configuration = try checkpoint.modelConfiguration(options: options)
    self = try options.requiredLabels(of: configuration, in: checkpoint).set
  }
}
