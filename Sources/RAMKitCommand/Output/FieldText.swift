/// Names and values, a pair a line, the values below each other.
enum FieldText {
  static func lines(_ fields: [(name: String, value: String)]) -> String {
    let width = fields.map(\.name.count).max() ?? 0
    return fields.reduce(into: "") { text, field in
      let blanks = String(repeating: " ", count: width - field.name.count + 2)
      text += field.name + blanks + field.value + "\n"
    }
  }
}
