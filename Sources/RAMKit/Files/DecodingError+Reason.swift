extension DecodingError {
  /// What is wrong with JSON and where, for people; `root` is what the whole of it is called.
  func reason(root: String) -> String {
    switch self {
    case .keyNotFound(let key, let context):
      return "\(Self.place(context.codingPath, root)) has no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(Self.place(context.codingPath, root)): \(context.debugDescription)"
    case .dataCorrupted(let context):
      let detail = context.underlyingError.map { " (\($0))" } ?? ""
      return context.codingPath.isEmpty
        ? "\(context.debugDescription)\(detail)"
        : "\(Self.place(context.codingPath, root)): \(context.debugDescription)"
    @unknown default:
      return "\(self)"
    }
  }

  /// A coding path for people: `labels[12].threshold`.
  private static func place(_ path: [any CodingKey], _ root: String) -> String {
    guard !path.isEmpty else { return root }
    return path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}
