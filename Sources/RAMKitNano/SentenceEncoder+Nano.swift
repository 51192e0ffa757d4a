public import RAMKit

extension SentenceEncoder {
  /// The text encoder that comes with the package: all-MiniLM-L6-v2, 384 numbers an embedding, with
  /// its matrices in signed bytes.
  ///
  /// ```swift
  /// let encoder = try await SentenceEncoder.nano()
  /// let numbers = try await encoder.embeddings(of: ["espresso machine", "grinder"])
  /// ```
  ///
  /// Nothing else of the package loads it. Its file is looked for where the other files of this
  /// module are.
  ///
  /// - Parameters:
  ///   - precision: the number format to run in.
  ///   - threads: as for any model.
  /// - Throws: `RAMKitError.missingResource` if the package's files are not with the program.
  /// - Complexity: loading reads 23 MB; the weights take 55 MB of memory, 34 MB in bfloat16.
  public static func nano(
    precision: Precision = .float32, threads: Int? = nil
  ) async throws(RAMKitError) -> SentenceEncoder {
    try await SentenceEncoder(
      contentsOf: NanoResources.textEncoder(), precision: precision, threads: threads)
  }
}
