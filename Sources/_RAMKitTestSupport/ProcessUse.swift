import Foundation

/// What this process takes from the system now, as Linux counts it.
package struct ProcessUse: Sendable, CustomStringConvertible {
  package let threads: Int
  package let descriptors: Int
  /// Memory that no file stands behind, in bytes: what a leak adds to.
  package let residentBytes: Int

  /// Nil where the system does not tell.
  package init?() {
    guard let threads = Self.entries("/proc/self/task"),
      let descriptors = Self.entries("/proc/self/fd"),
      let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
    else { return nil }
    self.threads = threads
    // One of them is the folder that was just looked into.
    self.descriptors = descriptors - 1
    residentBytes = (Int(kilobytes) ?? 0) << 10
  }

  package var description: String {
    "\(residentBytes >> 20) MB, \(threads) threads, \(descriptors) descriptors"
  }

  private static func entries(_ folder: String) -> Int? {
    try? FileManager.default.contentsOfDirectory(atPath: folder).count
  }
}
