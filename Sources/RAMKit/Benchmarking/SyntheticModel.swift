/// A model of an official checkpoint's sizes whose weights are made up: what it takes to measure
/// speed and memory where there is no checkpoint. Its tags mean nothing.
public enum SyntheticModel: String, Sendable, Hashable, Codable, CaseIterable {
  /// RAM with Swin-L at 384 px: 4,585 labels.
  case ramSwinL = "ram-swin-l"

  /// RAM++ with Swin-L at 384 px: 4,585 labels with 51 descriptions each.
  case ramPlusSwinL = "ram-plus-swin-l"

  /// Tag2Text with Swin-B at 384 px, its tags: 3,429 labels.
  case tag2TextSwinB = "tag2text-swin-b"

  /// How many labels the official checkpoint has.
  public var officialLabelCount: Int {
    switch self {
    case .ramSwinL, .ramPlusSwinL: LabelSet.officialRAMCount
    case .tag2TextSwinB: LabelSet.officialTag2TextCount
    }
  }

  /// The name that stands for it in place of a file's path: "synthetic:ram-swin-l".
  public var name: String { "synthetic:\(rawValue)" }

  package func configuration(labelCount: Int) -> any ModelConfiguration {
    switch self {
    case .ramSwinL: RAMConfiguration.official(embeddingCount: labelCount)
    case .ramPlusSwinL: RAMPlusConfiguration.official(labelCount: labelCount)
    case .tag2TextSwinB: Tag2TextConfiguration.official(labelCount: labelCount)
    }
  }
}

extension Tagger {
  /// Makes a model up.
  ///
  /// - Parameters:
  ///   - model: whose sizes.
  ///   - labelCount: how many labels, in 1...1,000,000; nil for as many as the official checkpoint
  ///     has.
  ///   - options: as for a checkpoint; without labels they are called "label 0" and so on.
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)`` where a number is out of range.
  /// - Complexity: as for a checkpoint whose bytes are in memory: each tensor is made when the
  ///   loader asks for it, so the weights are never there twice. The weights are the same each time.
  public convenience init(
    synthetic model: SyntheticModel, labelCount: Int? = nil, options: ModelOptions = .init()
  ) async throws(RAMKitError) {
    let labelCount = labelCount ?? model.officialLabelCount
    guard (1...1_000_000).contains(labelCount) else {
      throw .invalidOption(name: "number of labels", reason: "\(labelCount) is not in 1...1000000")
    }
    try await self.init(
      source: SyntheticCheckpoint(
        path: model.name, configuration: model.configuration(labelCount: labelCount)),
      labelCount: labelCount, options: options)
  }

  /// Makes a model up, of any sizes.
  package convenience init(
    source: SyntheticCheckpoint, labelCount: Int, options: ModelOptions
  ) async throws(RAMKitError) {
    var options = options
    if options.labels == nil { options.labels = try LabelSet(numbered: labelCount) }
    let settled = options
    try await self.init(options: settled) { (compute) throws(RAMKitError) in
      try Self.load(source, options: settled, compute: compute)
    }
  }
}

extension LabelSet {
  /// Labels without meaning, "label 0", "label 1" and so on: for a model whose speed matters and
  /// whose tags don't.
  public init(numbered count: Int) throws(RAMKitError) {
    try self.init(
      name: "numbered", labels: (0..<max(0, count)).map { Label("label \($0)") })
  }
}
