public import RAMKit

extension Tagger {
  /// The tagger that comes with the package: RAM-nano.
  ///
  /// ```swift
  /// let tagger = try await Tagger.nano()
  /// let tagging = try await tagger.tags(in: .file(photoURL))
  /// ```
  ///
  /// It knows the labels of `LabelSet.nano()`; others can be asked for through
  /// `SentenceEncoder.nano()`. Its files are looked for beside the program, in the
  /// application around it, and in the folder that `RAMKIT_CACHE_DIR` names.
  ///
  /// - Parameter options: as for any checkpoint; `labels` may rename the labels or change their
  ///   thresholds.
  /// - Throws: `RAMKitError.missingResource` if the package's files are not with the program, else
  ///   as for any checkpoint.
  /// - Complexity: loading takes some 50 ms; a photo takes 5.5 GFLOP with all labels.
  public static func nano(options: ModelOptions = .init()) async throws(RAMKitError) -> Tagger {
    var options = options
    if options.labels == nil { options.labels = try LabelSet.nano() }
    return try await Tagger(contentsOf: NanoResources.checkpoint(), options: options)
  }
}
