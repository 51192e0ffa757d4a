import ArgumentParser
import RAMKit
import RAMKitNano

/// Which labels photos are asked about, if not all of the model's.
struct LabelRequestArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask for this label only. Can be repeated. A name or alias of the model's own has that "
        + "label's threshold; others go through a text encoder, with a threshold of 0.5.",
      valueName: "name"))
  var label: [String] = []

  @Option(
    help: ArgumentHelp(
      "Ask for the labels of a file: names, one a line, as --label takes them; or a label-set file "
        + "with thresholds of its own.",
      valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "The text encoder for labels that the model lacks: the weights of a BERT sentence encoder, "
        + "the one that the model was trained with. Default: RAM-nano's own, for RAM-nano.",
      valueName: "path"),
    completion: .file(extensions: ["safetensors"]))
  var textEncoder: String?

  @Flag(help: "Neither read nor keep encoded labels on disk.")
  var noCache = false

  /// Whether some labels are asked for by name.
  var isGiven: Bool { !label.isEmpty || labels != nil }

  /// The labels that are asked for; nil for all of the model's.
  func selection(
    in tagger: Tagger, model: ModelArguments, asksAll: Bool, top: Int?
  ) async throws -> LabelSelection? {
    guard let request = try request(of: tagger.labels)?.sorted else { return nil }
    var encoded: LabelQuerySet?
    if let unknown = try request.unknown {
      encoded = try await tagger.labels.encoding(
        unknown, by: try await encoder(for: unknown, of: tagger, model: model),
        cache: noCache ? nil : TextEmbeddingCache())
    }
    return try LabelSelection(
      request, of: tagger.labels, encoded: encoded, asksAll: asksAll, top: top)
  }

  private func request(of model: LabelQuerySet) throws(RAMKitError) -> LabelRequest? {
    guard isGiven else { return nil }
    let threshold = Label.openSetThreshold
    let request = try LabelRequest(names: label, of: model, threshold: threshold)
    guard let labels else { return request }
    let file = ModelArguments.file(labels)
    switch try LabelSet.content(of: file) {
    case .labels(let set): return request.union(try LabelRequest(set, of: model))
    case .names(let names):
      // Somebody who writes a name twice has made a mistake.
      _ = try LabelSet(names: names, of: file, identity: .name)
      return request.union(try LabelRequest(names: names, of: model, threshold: threshold))
    }
  }

  private func encoder(
    for unknown: LabelSet, of tagger: Tagger, model: ModelArguments
  ) async throws -> SentenceEncoder {
    let name = unknown.labels.first?.name ?? ""
    guard tagger.labels.embeddingWidth != nil else {
      throw ValidationError(
        "The model has no label '\(name)', and can be asked about its own labels only. "
          + "`ramkit labels search` finds those that it has.")
    }
    if let textEncoder {
      return try await SentenceEncoder(
        contentsOf: ModelArguments.file(textEncoder), threads: model.threads)
    }
    guard model.model == nil else {
      throw ValidationError(
        "The model has no label '\(name)'. `ramkit labels search` finds those that it has; "
          + "--text-encoder takes the encoder that turns other names into queries.")
    }
    return try await SentenceEncoder.nano(threads: model.threads)
  }
}
