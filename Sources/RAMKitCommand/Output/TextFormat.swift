import RAMKit

/// For people: the photo's path, then its tags with their scores, a line each. Why a photo failed is
/// said at length on standard error.
struct TextFormat: ResultFormat {
  mutating func text(for result: PhotoResult) -> String {
    var text = result.path + "\n"
    switch result.outcome {
    case .failed(let failure):
      text += "  error  \(failure.code)\n"
    case .tagged(_, let tags) where tags.isEmpty:
      text += "  no tag above its threshold\n"
    case .tagged(_, let tags):
      for tag in tags { text += "  \(Self.decimals(tag.score))  \(tag.label.name)\n" }
    }
    return text
  }

  /// A score in 0...1 with three decimals.
  static func decimals(_ score: Float) -> String {
    let thousandths = Int((score * 1_000).rounded())
    let digits = String(thousandths % 1_000)
    return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
