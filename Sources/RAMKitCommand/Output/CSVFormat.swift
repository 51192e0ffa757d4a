import Foundation
import RAMKit

/// A row a tag, with a header, quoted as RFC 4180 says but for its line ends, which are LF.
///
/// A photo without tags, or one that failed, has a row of its own in which the other columns are
/// empty, so that every photo is to be found.
struct CSVFormat: ResultFormat {
  /// Whether the input carries ids, which then have a column.
  let hasID: Bool

  mutating func header() -> String {
    let id = hasID ? ["id"] : []
    return row(
      ["path"] + id + ["width", "height", "label", "index", "score", "logit", "threshold", "error"])
  }

  mutating func text(for result: PhotoResult) -> String {
    let photo = [result.path] + (hasID ? [Self.plain(result.id)] : [])
    switch result.outcome {
    case .failed(let failure):
      return row(photo + ["", "", "", "", "", "", "", "\(failure.code): \(failure.message)"])
    case .tagged(let tagging, let tags):
      let size = ["\(tagging.width)", "\(tagging.height)"]
      guard !tags.isEmpty else { return row(photo + size + ["", "", "", "", "", ""]) }
      return tags.reduce(into: "") { text, tag in
        text += row(
          photo + size + [
            tag.label.name, "\(tag.index)", "\(tag.score)", "\(tag.logit)", "\(tag.threshold)", "",
          ])
      }
    }
  }

  /// An id without the quotes that JSON puts around a text.
  private static func plain(_ id: String?) -> String {
    guard let id, id.hasPrefix("\"") else { return id ?? "" }
    return (try? JSONDecoder().decode(String.self, from: Data(id.utf8))) ?? id
  }

  private func row(_ fields: [String]) -> String {
    fields.map(Self.quoted).joined(separator: ",") + "\n"
  }

  /// The field, in quotes if it holds a separator, a quote, a line end, or a blank at an end.
  static func quoted(_ field: String) -> String {
    let needsQuotes =
      field.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
      || field.first == " " || field.last == " "
    guard needsQuotes else { return field }
    let escaped = field.unicodeScalars.reduce(into: "") { text, scalar in
      text.unicodeScalars.append(scalar)
      if scalar == "\"" { text.unicodeScalars.append(scalar) }
    }
    return "\"\(escaped)\""
  }
}
