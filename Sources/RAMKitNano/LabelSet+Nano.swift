public import RAMKit

extension LabelSet {
  /// The labels of RAM-nano: the 1,000 classes of ImageNet under names that people use, and some
  /// two hundred broader ones, closed upward: "golden retriever" is below "retriever", that below
  /// "dog", and so on to "animal".
  ///
  /// Thresholds were chosen on photos with known content, so that about five tags in six are right;
  /// see `Examples/ConvertNano` in the repository.
  ///
  /// The file is read anew at each call, which takes some milliseconds; keep the result.
  ///
  /// - Throws: `RAMKitError.missingResource` if the package's resources are
  ///   not with the program.
  public static func nano() throws(RAMKitError) -> LabelSet {
    try LabelSet(contentsOf: NanoResources.labels())
  }
}
