import Foundation

/// A file of results: JSON, a record a line, so that each benchmark, which is a process of its own, adds its own.
public struct RecordFile: Sendable {
  /// The environment variable that names it.
  public static let variable = "RAMKIT_BENCHMARK_RESULTS"

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
  public func read() throws -> [Record] {
    let decoder = JSONDecoder()
    var latest: [String: Record] = [:]
    for line in try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")) {
      let record = try decoder.decode(Record.self, from: line)
      latest[record.cpu.family + " " + record.name] = record
    }
    return latest.sorted { $0.key < $1.key }.map(\.value)
  }
}
