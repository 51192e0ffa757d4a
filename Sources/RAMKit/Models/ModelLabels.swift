/// The labels of a checkpoint's own queries, and who named them.
package struct ModelLabels: Sendable {
  package let set: LabelSet
  package let origin: ModelDescription.Labels.Origin
}

extension ModelOptions {
  /// The labels of a model's own queries, which can't be asked without.
  func requiredLabels(
    of configuration: any ModelConfiguration, in source: any TensorSource
  ) throws(RAMKitError) -> ModelLabels {
    guard let labels = try labels(of: configuration, in: source) else {
      throw .mismatchedLabels(
        reason: "'\(source.path)' carries \(configuration.unnamedQueries)")
    }
    return labels
  }

  /// The labels of a model's own queries: those that the user gives, else those that the file
  /// carries, else the official ones of the family where they are as many; with the thresholds that
  /// the user gives, if any. Nil where nobody names them.
  func labels(
    of configuration: any ModelConfiguration, in source: any TensorSource
  ) throws(RAMKitError) -> ModelLabels? {
    guard let known = try knownLabels(of: configuration, in: source) else { return nil }
    let set = try thresholds.map { (given) throws(RAMKitError) in
      try known.set.withThresholds(given)
    }
    return ModelLabels(set: set ?? known.set, origin: known.origin)
  }

  private func knownLabels(
    of configuration: any ModelConfiguration, in source: any TensorSource
  ) throws(RAMKitError) -> ModelLabels? {
    if let labels { return ModelLabels(set: labels, origin: .given) }
    let carried = try source.carriedLabels()
    // What RAMKit wrote is whole, and may know otherwise.
    if let carried, source.isRAMKitFile { return ModelLabels(set: carried, origin: .file) }
    let official = try configuration.officialLabels()
    if let carried {
      return ModelLabels(set: try carried.enriched(by: official), origin: .file)
    }
    return official.map { ModelLabels(set: $0, origin: .official) }
  }
}

extension LabelSet {
  /// The official set with this one's thresholds and omitted labels, where the names are the same:
  /// it knows more of each label. Else this set.
  fileprivate func enriched(by official: LabelSet?) throws(RAMKitError) -> LabelSet {
    guard let official, labels.map(\.name) == official.labels.map(\.name) else { return self }
    return try official.withThresholds(labels.map(\.threshold))
      .omitting(labels.indices.filter { labels[$0].isOmitted })
  }
}

extension ModelDescription.Labels {
  init(_ labels: ModelLabels) {
    let all = labels.set.labels
    self.init(
      name: labels.set.name, source: labels.set.source, origin: labels.origin, count: all.count,
      languages: Set(all.flatMap(\.localizedNames.keys)).sorted(),
      aliasCount: all.reduce(0) { $0 + $1.aliases.count },
      omittedCount: all.count { $0.isOmitted })
  }
}
