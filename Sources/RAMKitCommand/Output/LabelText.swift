import RAMKit

/// Labels as JSON, as lines of a table, and in full.
enum LabelText {
  static func object(_ index: Int, _ label: Label) -> JSON {
    .object([
      ("index", .integer(index)),
      ("name", .string(label.name)),
      ("localizedNames", .object(localizedNames(of: label).map { ($0.0, .string($0.1)) })),
      ("threshold", .float(label.threshold)),
      ("kind", label.kind.map { .string($0.rawValue) } ?? .null),
      ("parents", .array(label.parents.map { .string($0) })),
      ("aliases", .array(label.aliases.map { .string($0) })),
      ("omitted", .bool(label.isOmitted)),
      ("evidence", label.evidence.map(object) ?? .null),
    ])
  }

  private static func object(_ evidence: Label.Evidence) -> JSON {
    .object([
      ("positives", .integer(evidence.positives)), ("negatives", .integer(evidence.negatives)),
      ("pooled", .bool(evidence.isPooled)),
    ])
  }

  /// Index, threshold, name and Chinese name in columns. The Chinese name comes last, as its
  /// characters are wider than others.
  static func table(_ indices: [Int], of set: LabelSet) -> String {
    let labels = set.labels
    let indexWidth = indices.map { "\($0)".count }.max() ?? 0
    let nameWidth = indices.map { labels[$0].name.count }.max() ?? 0
    return indices.reduce(into: "") { text, index in
      let label = labels[index]
      text += padded("\(index)", to: indexWidth, atEnd: false)
      text += "  " + padded("\(label.threshold)", to: 5, atEnd: true)
      if let chinese = label.localizedName("zh") {
        text += "  " + padded(label.name, to: nameWidth, atEnd: true) + "  " + chinese
      } else {
        text += "  " + label.name
      }
      text += "\n"
    }
  }

  /// A field a line; what is not known is left out.
  static func details(_ index: Int, _ label: Label) -> String {
    var fields = [("index", "\(index)"), ("name", label.name)]
    fields += localizedNames(of: label).map { ("name (\($0.0))", $0.1) }
    fields.append(("threshold", "\(label.threshold)"))
    if let evidence = label.evidence {
      let shared = evidence.isPooled ? "; too few, so many labels share the threshold" : ""
      let text = "\(evidence.positives) photos with it, \(evidence.negatives) without"
      fields.append(("evidence", text + shared))
    }
    if let kind = label.kind { fields.append(("kind", kind.rawValue)) }
    if !label.parents.isEmpty { fields.append(("parents", label.parents.joined(separator: ", "))) }
    if !label.aliases.isEmpty { fields.append(("aliases", label.aliases.joined(separator: ", "))) }
    if label.isOmitted { fields.append(("omitted", "left out of tags unless asked for")) }
    return FieldText.lines(fields)
  }

  private static func localizedNames(of label: Label) -> [(String, String)] {
    label.localizedNames.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func padded(_ text: String, to width: Int, atEnd: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return atEnd ? text + blanks : blanks + text
  }
}
