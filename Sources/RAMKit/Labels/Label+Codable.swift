extension Label: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, threshold, localizedNames, kind, parents, aliases, evidence
    case isOmitted = "omitted"
  }

  /// Reads `name` and `threshold`, which must be there, and the rest, which may be left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(String.self, forKey: .name),
      threshold: try container.decode(Float.self, forKey: .threshold),
      localizedNames: try container.decodeIfPresent([String: String].self, forKey: .localizedNames)
        ?? [:],
      kind: try container.decodeIfPresent(Kind.self, forKey: .kind),
      parents: try container.decodeIfPresent([String].self, forKey: .parents) ?? [],
      aliases: try container.decodeIfPresent([String].self, forKey: .aliases) ?? [],
      isOmitted: try container.decodeIfPresent(Bool.self, forKey: .isOmitted) ?? false,
      evidence: try container.decodeIfPresent(Evidence.self, forKey: .evidence))
  }

  /// Writes what is there: empty lists, an unknown kind and `"omitted": false` are left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(threshold, forKey: .threshold)
    if !localizedNames.isEmpty { try container.encode(localizedNames, forKey: .localizedNames) }
    try container.encodeIfPresent(kind, forKey: .kind)
    if !parents.isEmpty { try container.encode(parents, forKey: .parents) }
    if !aliases.isEmpty { try container.encode(aliases, forKey: .aliases) }
    if isOmitted { try container.encode(isOmitted, forKey: .isOmitted) }
    try container.encodeIfPresent(evidence, forKey: .evidence)
  }
}

extension Label.Evidence: Codable {
  private enum CodingKeys: String, CodingKey {
    case positives, negatives
    case isPooled = "pooled"
  }

  /// Reads `positives` and `negatives`, which must be there, and `pooled`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      positives: try container.decode(Int.self, forKey: .positives),
      negatives: try container.decode(Int.self, forKey: .negatives),
      isPooled: try container.decodeIfPresent(Bool.self, forKey: .isPooled) ?? false)
  }

  /// Writes the counts, and `"pooled": true` where it is.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(positives, forKey: .positives)
    try container.encode(negatives, forKey: .negatives)
    if isPooled { try container.encode(isPooled, forKey: .isPooled) }
  }
}
