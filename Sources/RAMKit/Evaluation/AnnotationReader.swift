/// Reads a file of annotations line by line.
struct AnnotationReader {
  private(set) var annotations: Annotations
  private let path: String
  /// The lines on which photos are, by path.
  private var lines: [String: Int] = [:]
  private var vocabularies: [String: Set<String>] = [:]
  /// Whether lines are JSON, once the first one has told.
  private var isJSON: Bool?

  init(path: String) {
    self.path = path
    annotations = Annotations(photos: [], source: path)
  }

  /// Lines end at LF or CR LF; a byte order mark in front is dropped, empty lines are passed over.
  mutating func read(_ bytes: [UInt8]) throws(RAMKitError) {
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      var line = bytes[start..<end]
      if line.last == 0x0D { line = line.dropLast() }
      number += 1
      try read(line, number: number)
      start = end + 1
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>, number: Int) throws(RAMKitError) {
    guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
    guard let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
      throw defect(number, "it is not UTF-8 text")
    }
    let isJSON = isJSON ?? (first == UInt8(ascii: "{"))
    self.isJSON = isJSON
    guard isJSON else {
      try add(try commaSeparated(text, number: number))
      return
    }
    let content: AnnotationLine
    do throws(AnnotationLine.Defect) {
      content = try AnnotationLine(json: line, number: number)
    } catch {
      throw defect(number, error.reason)
    }
    switch content {
    case .photo(let photo): try add(photo)
    case .vocabulary(let vocabulary): try add(vocabulary)
    }
  }

  // MARK: - Upstream's lines

  private func commaSeparated(
    _ text: String, number: Int
  ) throws(RAMKitError) -> Annotations.Photo {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
    guard !fields[0].isEmpty else { throw defect(number, "it has no path in front of its tags") }
    return Annotations.Photo(
      path: Self.photoPath(fields[0]), line: number,
      tags: fields.dropFirst().filter { !$0.isEmpty })
  }

  /// Endings of photos' names.
  private static let endings: Set<String> = [
    "jpg", "jpeg", "png", "webp", "gif", "bmp", "heic", "heif", "avif",
  ]

  /// Upstream's paths lack the ".jpg".
  private static func photoPath(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."),
      endings.contains(path[path.index(after: dot)...].lowercased())
    else { return path + ".jpg" }
    return path
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }

  // MARK: - What lines say together

  private mutating func add(_ vocabulary: Annotations.Vocabulary) throws(RAMKitError) {
    guard vocabularies.updateValue(Set(vocabulary.labels), forKey: vocabulary.name) == nil else {
      throw defect(vocabulary.line, "the vocabulary '\(vocabulary.name)' is there already")
    }
    annotations.vocabularies.append(vocabulary)
  }

  private mutating func add(_ photo: Annotations.Photo) throws(RAMKitError) {
    if let first = lines.updateValue(photo.line, forKey: photo.path) {
      throw defect(photo.line, "'\(photo.path)' is on line \(first) already")
    }
    for name in photo.vocabularies where vocabularies[name] == nil {
      throw defect(photo.line, "no line before it defines the vocabulary '\(name)'")
    }
    for (name, answer) in photo.answers.sorted(by: { $0.key < $1.key }) {
      guard let labels = vocabularies[name] else {
        throw defect(photo.line, "no line before it defines the vocabulary '\(name)'")
      }
      guard labels.contains(answer) else {
        throw defect(photo.line, "'\(answer)' is not in the vocabulary '\(name)'")
      }
    }
    let absent = Set(photo.absent)
    if let both = (photo.tags + photo.answers.values.sorted()).first(where: absent.contains) {
      throw defect(photo.line, "'\(both)' is a tag and absent")
    }
    annotations.photos.append(photo)
  }

  private func defect(_ line: Int, _ reason: String) -> RAMKitError {
    .malformedAnnotations(path: path, line: line, reason: reason)
  }
}
