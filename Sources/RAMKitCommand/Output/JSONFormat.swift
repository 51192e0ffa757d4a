import RAMKit

/// One object a line, or an array of them: `json` and `jsonl`.
struct JSONFormat: ResultFormat {
  let isArray: Bool
  private var isFirst = true

  init(isArray: Bool) { self.isArray = isArray }

  mutating func header() -> String { isArray ? "[" : "" }

  mutating func text(for result: PhotoResult) -> String {
    let line = Self.object(for: result).line
    guard isArray else { return line + "\n" }
    defer { isFirst = false }
    return (isFirst ? "\n" : ",\n") + line
  }

  mutating func footer() -> String { isArray ? "\n]\n" : "" }

  private static func object(for result: PhotoResult) -> JSON {
    var members: [(name: String, value: JSON)] = [("path", .string(result.path))]
    if let id = result.id { members.append(("id", .verbatim(id))) }
    switch result.outcome {
    case .failed(let failure):
      members.append(
        (
          "error",
          .object([("code", .string(failure.code)), ("message", .string(failure.message))])
        ))
    case .tagged(let tagging, let tags):
      members += [
        ("width", .integer(tagging.width)),
        ("height", .integer(tagging.height)),
        ("model", .string(tagging.model.rawValue)),
        ("precision", .string(tagging.precision.rawValue)),
        ("tags", .array(tags.map(object(for:)))),
      ]
      if let logits = tagging.logits {
        members.append(("logits", .array(logits.map { .float($0) })))
      }
    }
    return .object(members)
  }

  private static func object(for tag: Tag) -> JSON {
    .object([
      ("label", .string(tag.label.name)),
      ("index", .integer(tag.index)),
      ("score", .float(tag.score)),
      ("logit", .float(tag.logit)),
      ("threshold", .float(tag.threshold)),
    ])
  }
}
