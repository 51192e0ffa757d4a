/// Reads a checkpoint's own words about itself, with errors that name them.
struct MetadataReader {
  let checkpoint: any TensorSource

  /// Checks that `key` is there and says `value`.
  func expect(_ key: String, _ value: String) throws(RAMKitError) {
    let found = try text(key)
    guard found == value else { throw defect(key, "is \(quoted(found)), not '\(value)'") }
  }

  /// A whole number.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(RAMKitError) -> Int {
    try integer(Substring(try text(key)), key, in: range)
  }

  /// Whole numbers with commas between them.
  func integers(_ key: String, in range: ClosedRange<Int>) throws(RAMKitError) -> [Int] {
    var numbers: [Int] = []
    for part in try text(key).split(separator: ",", omittingEmptySubsequences: false) {
      guard numbers.count < 1024 else { throw defect(key, "lists more than 1024 numbers") }
      numbers.append(try integer(part, key, in: range))
    }
    return numbers
  }

  /// A decimal number.
  func number(_ key: String, in range: ClosedRange<Float>) throws(RAMKitError) -> Float {
    let found = try text(key)
    guard let value = Float(found), range.contains(value) else {
      throw defect(
        key, "is \(quoted(found)), not a number in \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }

  private func integer(
    _ text: Substring, _ key: String, in range: ClosedRange<Int>
  ) throws(RAMKitError) -> Int {
    guard let value = Int(text), range.contains(value) else {
      throw defect(key, "has \(quoted(text)), not a whole number in \(range)")
    }
    return value
  }

  private func text(_ key: String) throws(RAMKitError) -> String {
    guard let value = checkpoint.metadata[key] else { throw defect(key, "is not there") }
    return value
  }

  private func defect(_ key: String, _ what: String) -> RAMKitError {
    .unsupportedModel(path: checkpoint.path, reason: "its metadata '\(key)' \(what)")
  }
}
