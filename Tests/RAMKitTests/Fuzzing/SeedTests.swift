import Foundation
import Testing
import _RAMKitFuzzing

/// What fuzzers start from, and what made a parser fail once, through every parser.
@Suite struct SeedTests {
  private static func files(_ seeds: Fuzzer.Seeds) throws -> [URL] {
    let folder = Bundle.module.bundleURL.appending(path: "Resources/\(seeds.folder)")
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasSuffix(seeds.suffix) }
  }

  private static func isInput(_ bytes: [UInt8], of fuzzer: Fuzzer, _ name: String) -> Bool {
    do {
      return try bytes.withUnsafeBytes { try fuzzer.check($0) }
    } catch {
      Issue.record("\(fuzzer.name), \(name): \(error)")
      return true
    }
  }

  @Test(arguments: Fuzzer.all.map(\.name))
  func seedsAreParsedAsTheyHaveToBe(name: String) throws {
    let fuzzer = try #require(Fuzzer.all.first { $0.name == name })
    let files = try fuzzer.seeds.flatMap { try Self.files($0) }
    var count = 0
    for file in files {
      var bytes = [UInt8](try Data(contentsOf: file))
      if Self.isInput(bytes, of: fuzzer, file.lastPathComponent) { count += 1 }
      guard let repair = fuzzer.repair else { continue }
      repair(&bytes)
      _ = Self.isInput(bytes, of: fuzzer, "\(file.lastPathComponent), repaired")
    }
    #expect(count > 0)
  }

  @Test(arguments: Fuzzer.all.map(\.name))
  func nothingIsParsedAsItHasToBe(name: String) throws {
    let fuzzer = try #require(Fuzzer.all.first { $0.name == name })
    for bytes in [[], [0], [UInt8](repeating: 0xFF, count: 1000)] {
      _ = Self.isInput(bytes, of: fuzzer, "\(bytes.count) bytes")
    }
  }
}
