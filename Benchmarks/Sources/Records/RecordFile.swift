import Foundation

/// A file of results: JSON, a record a line, so that each benchmark, which is a process of its own, adds its own.
public struct RecordFile: Sendable {
  /// The environment variable that names it.
  public static let variable = "RAMKIT_BENCHMARK_RESULTS"

  /// A file that is not there, or holds something else.
  public struct Unreadable: Error, CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public let description: String
  }

  private let url: URL

  /// The file at a path, which need not be there yet.
  public init(path: String) { url = URL(filePath: path) }

  /// The one that the environment asks for; nil where it asks for none.
  public static var wanted: RecordFile? {
    guard let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty else {
      return nil
    }
    return RecordFile(path: path)
  }

  /// Today, as records have it.
  public static var today: String {
    Date.now.formatted(.iso8601.year().month().day())
  }

  /// Adds a line, and makes the file if need be.
  public func append(_ record: Record) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(record) + Data("\n".utf8)
    if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
    let handle = try FileHandle(forWritingTo: url)
    defer { try? handle.close() }
    try handle.seekToEnd()
    try handle.write(contentsOf: line)
  }

  /// All records; of one name and CPU the last, in the order of their names.
  ///
  /// - Throws: ``Unreadable``.
  public func read() throws(Unreadable) -> [Record] {
    guard let data = try? Data(contentsOf: url) else {
      throw Unreadable(
        description: "can't read \(url.relativePath): '\(Self.variable)=\(url.relativePath) "
          + "swift package benchmark' makes it")
    }
    let decoder = JSONDecoder()
    var latest: [String: Record] = [:]
    for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let record = try? decoder.decode(Record.self, from: line) else {
        throw Unreadable(
          description: "\(url.relativePath): line \(index + 1) is no result of a benchmark")
      }
      latest[record.cpu.family + " " + record.name] = record
    }
    return latest.sorted { $0.key < $1.key }.map(\.value)
  }
}
