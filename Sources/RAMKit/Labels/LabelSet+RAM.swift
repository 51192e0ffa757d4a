extension LabelSet {
  /// Labels of the official RAM and RAM++.
  static let officialRAMCount = 4585

  /// The official 4,585 labels of RAM and RAM++, in the order of their queries: English and Chinese
  /// names and thresholds.
  ///
  /// From the repository recognize-anything (Apache-2.0). Blanks at the end of a Chinese name,
  /// which 2,579 of the official lines have, are left out here. Ten thresholds are exactly 1, so
  /// those labels are never tags: body, cocktail table, French, group, lie, see, set, show, stop and
  /// use.
  ///
  /// The file is read anew at each call, which takes some milliseconds; keep the result.
  ///
  /// - Throws: ``RAMKitError/missingResource(name:searched:)`` if the package's resources are not
  ///   with the program.
  public static func ram() throws(RAMKitError) -> LabelSet {
    try LabelSet(contentsOf: ResourceLocator(target: "RAMKit").url(of: "ram-labels.json"))
  }
}
