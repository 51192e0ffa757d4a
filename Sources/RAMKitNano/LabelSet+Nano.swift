public import RAMKit

extension LabelSet {
  /// The labels of RAM-nano, some 1,800: ImageNet's 1,000 classes under names that people use, and
  /// what else people name in photos: things, scenes, actions and qualities. They name those above
  /// them: "golden retriever" is below "retriever", that below "dog", and so on to "animal".
  ///
  /// Thresholds were chosen on annotated photos that the model was not trained on, and the set says
  /// how many each rests on; `Documentation/ModelCard.md` in the repository has what they lead to.
  ///
  /// The file is read anew at each call, which takes some milliseconds; keep the result.
  ///
  /// - Throws: `RAMKitError.missingResource` if the package's resources are
  ///   not with the program.
  public static func nano() throws(RAMKitError) -> LabelSet {
    try LabelSet(contentsOf: NanoResources.labels())
  }
}
