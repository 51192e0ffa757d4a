#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension LabelSet {
  /// Makes a label set of plain text files, one entry a line, in the order of a model's queries.
  ///
  /// Such files can't say that a label is omitted. Names that are Tag2Text's official ones, all of
  /// them, therefore bring along which of them the official code omits; ``omitting(_:)`` says
  /// otherwise.
  ///
  /// - Parameters:
  ///   - namesFile: UTF-8; a name a line, taken as it stands.
  ///   - thresholdsFile: a number in 0...1 a line; without it every label gets
  ///     ``Label/defaultThreshold``.
  ///   - identity: ``Identity-swift.enum/index`` lets a name occur again.
  ///   - count: how many entries there must be, where that is known.
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)`` with the line at fault, or with both
  ///   numbers if the count is wrong, and what reading a file throws.
  public init(
    namesFile: URL, thresholdsFile: URL? = nil, identity: Identity = .index, count: Int? = nil
  ) throws(RAMKitError) {
    try self.init(
      names: try Self.names(contentsOf: namesFile, count: count), of: namesFile,
      thresholdsFile: thresholdsFile, identity: identity)
  }

  /// As ``init(namesFile:thresholdsFile:identity:count:)``, of names that were read from the file.
  package init(
    names: [String], of namesFile: URL, thresholdsFile: URL? = nil, identity: Identity
  ) throws(RAMKitError) {
    let path = namesFile.path(percentEncoded: false)
    var thresholds: [Float]?
    if let thresholdsFile {
      thresholds = try Self.thresholds(contentsOf: thresholdsFile, count: names.count)
    }
    let labels = names.enumerated().map { index, name in
      Label(name, threshold: thresholds?[index] ?? Label.defaultThreshold)
    }
    let set: LabelSet
    do {
      set = try LabelSet(
        checking: labels, name: namesFile.lastPathComponent, source: path, identity: identity)
    } catch {
      throw .malformedLabels(path: path, line: error.index + 1, reason: error.reason)
    }
    self = try set.omittingAsTag2Text()
  }

  /// Omits what the official Tag2Text omits, where the names are its names.
  private func omittingAsTag2Text() throws(RAMKitError) -> LabelSet {
    guard count == Self.officialTag2TextCount else { return self }
    let official = try LabelSet.tag2Text().labels
    guard zip(labels, official).allSatisfy({ $0.name == $1.name }) else { return self }
    return try omitting(official.indices.filter { official[$0].isOmitted })
  }

  /// What a file of labels holds: names alone, one a line, or a label set.
  package enum FileContent: Sendable {
    case names([String])
    case labels(LabelSet)
  }

  /// Reads a label-set file, which starts with a brace, as no label's name does, or names.
  ///
  /// - Throws: as ``init(contentsOf:)`` and ``names(contentsOf:count:)``, and
  ///   ``RAMKitError/malformedLabels(path:line:reason:)`` where there is no name.
  package static func content(of url: URL) throws(RAMKitError) -> FileContent {
    let path = url.path(percentEncoded: false)
    let bytes = try RegularFile(at: url).readAll(limit: maximumFileBytes)
    let first = bytes.first { !" \t\r\n".utf8.contains($0) }
    if first == UInt8(ascii: "{") {
      return .labels(try LabelSet(json: Data(bytes), path: path))
    }
    let names = try names(in: bytes, path: path)
    guard !names.isEmpty else {
      throw .malformedLabels(path: path, line: nil, reason: "it names no label")
    }
    return .names(names)
  }

  /// Reads names, one a line, cut as Python's `str.splitlines` does; blanks are kept.
  ///
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)`` for a line that is empty or not
  ///   UTF-8, and if there are not `count` lines.
  public static func names(contentsOf url: URL, count: Int? = nil) throws(RAMKitError) -> [String] {
    let path = url.path(percentEncoded: false)
    let names = try names(
      in: try RegularFile(at: url).readAll(limit: maximumFileBytes), path: path)
    try check(names.count, of: "names", expected: count, path: path)
    return names
  }

  private static func names(in bytes: [UInt8], path: String) throws(RAMKitError) -> [String] {
    let lines = try TextLines(bytes, path: path).lines
    for (index, line) in lines.enumerated()
    where line.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) {
      throw .malformedLabels(path: path, line: index + 1, reason: "it is empty")
    }
    return lines
  }

  /// Reads thresholds, a number in 0...1 a line; blanks around a number are fine.
  ///
  /// A number is rounded to the nearest double and that to a float, as the official code does.
  ///
  /// - Throws: ``RAMKitError/malformedLabels(path:line:reason:)`` for a line that is no such number,
  ///   and if there are not `count` lines.
  public static func thresholds(
    contentsOf url: URL, count: Int? = nil
  ) throws(RAMKitError) -> [Float] {
    let path = url.path(percentEncoded: false)
    let bytes = try RegularFile(at: url).readAll(limit: maximumFileBytes)
    let lines = try TextLines(bytes, path: path).lines
    var thresholds: [Float] = []
    thresholds.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated() {
      guard let threshold = threshold(line) else {
        throw .malformedLabels(
          path: path, line: index + 1, reason: "'\(line.prefix(40))' is not a number in 0...1")
      }
      thresholds.append(threshold)
    }
    try check(thresholds.count, of: "thresholds", expected: count, path: path)
    return thresholds
  }

  /// A decimal number in 0...1, and nothing else: no "nan", no hexadecimal.
  private static func threshold(_ line: String) -> Float? {
    let blanks: Set<Unicode.Scalar> = [" ", "\t"]
    var text = Substring(line).unicodeScalars
    while let first = text.first, blanks.contains(first) { text.removeFirst() }
    while let last = text.last, blanks.contains(last) { text.removeLast() }
    let isDecimal = text.allSatisfy { "0123456789+-.eE".unicodeScalars.contains($0) }
    guard isDecimal, let value = Double(String(text)), value >= 0, value <= 1 else { return nil }
    return Float(value)
  }

  private static func check(
    _ found: Int, of what: String, expected: Int?, path: String
  ) throws(RAMKitError) {
    guard let expected, expected != found else { return }
    throw .malformedLabels(
      path: path, line: nil, reason: "it has \(found) \(what), but \(expected) are needed")
  }
}
