extension LabelSet {
  /// Labels of the official Tag2Text.
  static let officialTag2TextCount = 3429

  /// The official 3,429 labels of Tag2Text, in the order of their queries, with their thresholds.
  ///
  /// From the repository recognize-anything (Apache-2.0). 116 entries repeat a name that stands
  /// before them, a noun beside a verb: an index is the identity, and ``indices(of:)`` finds all that
  /// share a name. Seven labels are omitted (``Label/isOmitted``), as the official code deletes them
  /// from its answers: quarter, back, two, three, four, five and one.
  ///
  /// The file is read anew at each call, which takes some milliseconds; keep the result.
  ///
  /// - Throws: ``RAMKitError/missingResource(name:searched:)`` if the package's resources are not
  ///   with the program.
  public static func tag2Text() throws(RAMKitError) -> LabelSet {
    try LabelSet(contentsOf: ResourceLocator(target: "RAMKit").url(of: "tag2text-labels.json"))
  }
}
