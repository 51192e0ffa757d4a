extension LabelQuerySet {
  /// Labels of one's own, asked by embeddings of their names.
  ///
  /// ```swift
  /// let mine = try await LabelQuerySet(["espresso machine", "grinder"], encodedBy: encoder)
  /// let tagging = try await tagger.tags(in: photo, labels: mine)
  /// ```
  ///
  /// The encoder has to be the one that the model was trained with. To have names that the model
  /// knows asked by its own queries, with their thresholds, see
  /// ``asking(for:encodedBy:threshold:cache:)``.
  ///
  /// - Parameters:
  ///   - names: the labels, each once.
  ///   - encoder: the text encoder.
  ///   - threshold: the score that a photo has to exceed, for all of them.
  ///   - cache: where embeddings are kept; nil to make them anew.
  ///   - text: what is encoded for a label; its name, unless the model was trained with a longer
  ///     text such as "a photo of a dog".
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)`` for a name that is empty or comes
  ///   twice, ``RAMKitError/mismatchedLabels(reason:)`` for an encoder that gives something else
  ///   than finite numbers, an embedding a text; and what the encoder throws.
  /// - Complexity: about a millisecond a label for a ``SentenceEncoder`` like all-MiniLM-L6-v2 on
  ///   two cores; reading a file where the cache has them.
  public init(
    _ names: [String], encodedBy encoder: any TextEncoder,
    threshold: Float = Label.openSetThreshold,
    cache: TextEmbeddingCache? = TextEmbeddingCache(),
    text: @Sendable (Label) -> String = { $0.name }
  ) async throws(RAMKitError) {
    let labels = names.map { Label($0, threshold: threshold) }
    try await self.init(
      try LabelSet(name: "labels", labels: labels), encodedBy: encoder, cache: cache, text: text)
  }

  /// Labels of one's own, with their own thresholds, asked by embeddings of their names.
  ///
  /// - Parameters:
  ///   - labels: names and thresholds.
  ///   - encoder: the text encoder that the model was trained with.
  ///   - cache: where embeddings are kept; nil to make them anew.
  ///   - text: what is encoded for a label; its name, unless the model was trained otherwise.
  /// - Throws: as ``init(_:encodedBy:threshold:cache:text:)``.
  public init(
    _ labels: LabelSet, encodedBy encoder: any TextEncoder,
    cache: TextEmbeddingCache? = TextEmbeddingCache(),
    text: @Sendable (Label) -> String = { $0.name }
  ) async throws(RAMKitError) {
    let texts = labels.labels.map(text)
    let embeddings =
      if let cache {
        try await cache.embeddings(of: texts, by: encoder)
      } else {
        try await encoder.checkedEmbeddings(of: texts)
      }
    try self.init(labels, embeddings: embeddings, width: encoder.width)
  }

  /// Labels by name, as a model knows them or not: a name or alias of a label in this set is asked
  /// by that label's own query, under its name and at its threshold; every other by the embedding
  /// of its name.
  ///
  /// ```swift
  /// let mine = try await tagger.labels.asking(
  ///   for: ["dog", "espresso machine"], encodedBy: encoder)
  /// ```
  ///
  /// - Parameters:
  ///   - names: what to ask for; repeated names count once.
  ///   - encoder: the text encoder that the model was trained with. Where all names are known, it
  ///     is not even made.
  ///   - threshold: the score that a photo has to exceed for labels that are not in this set.
  ///   - cache: where embeddings are kept; nil to make them anew.
  /// - Returns: the labels in the order of the names.
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` where other labels can't be asked for, or
  ///   the encoder's embeddings are not as wide as this set's; else as
  ///   ``init(_:encodedBy:threshold:cache:text:)``.
  public func asking(
    for names: [String],
    encodedBy encoder: @autoclosure () async throws(RAMKitError) -> any TextEncoder,
    threshold: Float = Label.openSetThreshold,
    cache: TextEmbeddingCache? = TextEmbeddingCache()
  ) async throws(RAMKitError) -> LabelQuerySet {
    let request = try LabelRequest(names: names, of: self, threshold: threshold)
    guard let unknown = try request.unknown else {
      return try request.queries(of: self, encoded: nil)
    }
    try checkTakesEmbeddings(for: unknown)
    let encoded = try await encoding(unknown, by: try await encoder(), cache: cache)
    return try request.queries(of: self, encoded: encoded)
  }

  /// Numbers of the text embeddings that these labels are asked by; nil where a model knows its own
  /// labels only, as Tag2Text does.
  public var embeddingWidth: Int? {
    switch queries {
    case .embeddings(let embeddings): embeddings.rows.width
    case .outputs: nil
    }
  }

  /// These labels, and those of another set behind them.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)`` where both are not asked by as many text
  ///   embeddings of the same width.
  /// - Complexity: O(labels · width); embeddings are copied.
  public func appending(_ other: LabelQuerySet) throws(RAMKitError) -> LabelQuerySet {
    guard case .embeddings(let own) = queries, case .embeddings(let others) = other.queries else {
      throw .mismatchedLabels(
        reason: "only labels that are asked by text embeddings can be joined with others")
    }
    guard own.rows.width == others.rows.width, own.descriptions == others.descriptions else {
      throw .mismatchedLabels(
        reason: "some have \(own.descriptions) embedding(s) of \(own.rows.width) numbers each, "
          + "others \(others.descriptions) of \(others.rows.width)")
    }
    let compute = try ComputeContext()
    let rows = try Matrix.stacking([
      own.gathered(compute: compute), others.gathered(compute: compute),
    ])
    return try LabelQuerySet(
      labels + other.labels, embeddings: .float32(rows), descriptions: own.descriptions)
  }
}

extension LabelQuerySet {
  /// Embeddings of labels that are to stand beside these.
  package func encoding(
    _ labels: LabelSet, by encoder: any TextEncoder, cache: TextEmbeddingCache?
  ) async throws(RAMKitError) -> LabelQuerySet {
    try checkTakesEmbeddings(for: labels)
    guard encoder.width == embeddingWidth else {
      throw .mismatchedLabels(
        reason: "the text encoder makes embeddings of \(encoder.width) numbers, but the model "
          + "takes \(embeddingWidth ?? 0): it was trained with another one (the official "
          + "checkpoints with CLIP ViT-B/16, of 512)")
    }
    return try await LabelQuerySet(labels, encodedBy: encoder, cache: cache)
  }

  private func checkTakesEmbeddings(for labels: LabelSet) throws(RAMKitError) {
    guard embeddingWidth == nil else { return }
    let name = labels.labels.first?.name ?? ""
    throw .mismatchedLabels(
      reason: "the model can be asked about its own labels only, and '\(name)' is none of them")
  }
}

extension TextEncoder {
  /// The embeddings of texts, if they are what they have to be.
  func checkedEmbeddings(of texts: [String]) async throws(RAMKitError) -> [Float] {
    let embeddings = try await embeddings(of: texts)
    guard width > 0, embeddings.count == texts.count * width else {
      throw .mismatchedLabels(
        reason: "the text encoder made \(embeddings.count) numbers of \(texts.count) texts, not "
          + "\(width) of each")
    }
    guard embeddings.allSatisfy(\.isFinite) else {
      throw .mismatchedLabels(reason: "the text encoder made a NaN or an infinity of a text")
    }
    return embeddings
  }
}
