import Foundation
import Records

/// Thresholds on disk: a file a family of CPUs, `AuthenticAMD-26-2.json`.
struct ThresholdFolder {
  private let url: URL

  init(path: String) { url = URL(filePath: path, directoryHint: .isDirectory) }

  func path(of cpu: CPU) -> String { file(of: cpu).relativePath }

  /// Nil where there are none.
  func read(_ cpu: CPU) throws -> Thresholds? {
    let file = file(of: cpu)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return try JSONDecoder().decode(Thresholds.self, from: Data(contentsOf: file))
  }

  func write(_ thresholds: Thresholds, for cpu: CPU) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let text = try encoder.encode(thresholds) + Data("\n".utf8)
    try text.write(to: file(of: cpu), options: .atomic)
  }

  private func file(of cpu: CPU) -> URL { url.appending(path: cpu.family + ".json") }
}
