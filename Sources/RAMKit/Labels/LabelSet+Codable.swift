extension LabelSet: Codable {
  /// The word that every label-set file carries under "format".
  public static let formatName = "ramkit-label-set"

  /// The version of the format that this code writes, and the newest that it reads.
  public static let formatVersion = 1

  private enum CodingKeys: String, CodingKey {
    case format, version, name, source, identity, labels
  }

  /// Reads a label set; `source` and `identity` ("name" unless given) may be left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let format = try container.decode(String.self, forKey: .format)
    guard format == Self.formatName else {
      throw DecodingError.dataCorruptedError(
        forKey: .format, in: container,
        debugDescription: "the format is '\(format)', not '\(Self.formatName)'")
    }
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Self.formatVersion else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: container,
        debugDescription: "version \(version) is unknown; this RAMKit reads \(Self.formatVersion)")
    }
    let labels = try container.decode([Label].self, forKey: .labels)
    do {
      try self.init(
        checking: labels,
        name: try container.decode(String.self, forKey: .name),
        source: try container.decodeIfPresent(String.self, forKey: .source) ?? "",
        identity: try container.decodeIfPresent(Identity.self, forKey: .identity) ?? .name)
    } catch let defect as Defect {
      throw DecodingError.dataCorruptedError(
        forKey: .labels, in: container, debugDescription: defect.description)
    }
  }

  /// Writes the label set.
  public func encode(to encoder: any Encoder) throws {
    try Head(of: self).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(labels, forKey: .labels)
  }

  /// What a label-set file says beside its labels.
  struct Head: Encodable {
    private let set: LabelSet

    init(of set: LabelSet) { self.set = set }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(LabelSet.formatName, forKey: .format)
      try container.encode(LabelSet.formatVersion, forKey: .version)
      try container.encode(set.name, forKey: .name)
      try container.encode(set.source, forKey: .source)
      if set.identity != .name { try container.encode(set.identity, forKey: .identity) }
    }
  }
}
