import Foundation
import RAMKit
import Synchronization
import Testing
import _RAMKitTestSupport

/// Two numbers a text: its length, and how many characters of it are "e". Counts what it is asked.
final class CountingEncoder: TextEncoder {
  let width: Int
  let identity: String
  private let asked = Mutex<[String]>([])

  init(width: Int = 2, identity: String = "counting") {
    self.width = width
    self.identity = identity
  }

  /// All texts that were encoded so far.
  var texts: [String] { asked.withLock { $0 } }

  func embeddings(of texts: [String]) async throws(RAMKitError) -> [Float] {
    asked.withLock { $0 += texts }
    return texts.flatMap { text in
      (0..<width).map { Float($0 % 2 == 0 ? text.count : text.count { $0 == "e" }) }
    }
  }
}

/// Answers what it is told to.
struct StubbornEncoder: TextEncoder {
  let width: Int
  let identity = "stubborn"
  let answer: [Float]

  func embeddings(of texts: [String]) async throws(RAMKitError) -> [Float] { answer }
}

@Suite struct TextEmbeddingCacheTests {
  static let texts = ["tree", "house", ""]
  static let expected: [Float] = [4, 2, 5, 1, 0, 0]

  let folder: TemporaryFolder
  let encoder = CountingEncoder()

  init() throws { folder = try TemporaryFolder() }

  func cache() -> TextEmbeddingCache {
    TextEmbeddingCache(folder: folder.file("deep").appendingPathComponent("cache"))
  }

  func files() throws -> [URL] {
    let url = try #require(cache().folder)
    return try FileManager.default.contentsOfDirectory(
      at: url, includingPropertiesForKeys: nil)
  }

  func embeddings(_ cache: TextEmbeddingCache, _ texts: [String] = texts) async throws -> [Float] {
    try await cache.embeddings(of: texts, by: encoder)
  }

  @Test func whatIsKeptIsNotEncodedAgain() async throws {
    let first = cache()
    #expect(try await embeddings(first) == Self.expected)
    #expect(try await embeddings(first) == Self.expected)
    // From disk, as by another process.
    #expect(try await embeddings(cache()) == Self.expected)
    #expect(encoder.texts == Self.texts)
    #expect(try files().count == 1)
  }

  @Test func memoryServesWithoutAFolder() async throws {
    let cache = TextEmbeddingCache(folder: nil)
    for _ in 0..<3 { #expect(try await embeddings(cache) == Self.expected) }
    #expect(encoder.texts == Self.texts)
  }

  /// Lists that read alike when they are joined, and another encoder, have embeddings of their own.
  @Test func textsAndEncodersAreToldApart() async throws {
    let lists = [["ab", "c"], ["a", "bc"], ["ab c"], ["c", "ab"], ["ab", "c", ""]]
    for list in lists { _ = try await embeddings(cache(), list) }
    #expect(encoder.texts == lists.flatMap { $0 })
    let other = CountingEncoder(identity: "other")
    _ = try await cache().embeddings(of: lists[0], by: other)
    #expect(other.texts == lists[0])
    #expect(try files().count == 6)
  }

  @Test(arguments: 0..<4)
  func aDamagedFileIsMadeAnew(_ damage: Int) async throws {
    _ = try await embeddings(cache())
    let file = try #require(files().first)
    var bytes = [UInt8](try Data(contentsOf: file))
    switch damage {
    case 0: bytes = []
    case 1: bytes.removeLast()
    case 2: bytes[bytes.count - 3] ^= 1
    default: bytes = Array("no safetensors file".utf8)
    }
    try Data(bytes).write(to: file)
    #expect(try await embeddings(cache()) == Self.expected)
    #expect(encoder.texts == Self.texts + Self.texts)
    #expect(try await embeddings(cache()) == Self.expected)
    #expect(encoder.texts.count == 6)
  }

  @Test func aFolderThatCannotBeIsNoError() async throws {
    try folder.write("a file", to: "file")
    let cache = TextEmbeddingCache(folder: folder.file("file").appendingPathComponent("cache"))
    #expect(try await embeddings(cache) == Self.expected)
  }

  @Test func answersThatAreNoEmbeddingsAreRefusedAndNotKept() async throws {
    for answer: [Float] in [[], [1, 2, 3], [1, 2, 3, .nan], [1, 2, 3, .infinity]] {
      let encoder = StubbornEncoder(width: 2, answer: answer)
      let error = await #expect(throws: RAMKitError.self) {
        try await cache().embeddings(of: ["a", "b"], by: encoder)
      }
      #expect(error?.code == "mismatchedLabels")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("deep").path))
  }

  @Test func theStandardFolder() {
    func path(_ environment: [String: String], system: String? = nil) -> String? {
      TextEmbeddingCache.standardFolder(
        environment: environment, system: system.map { URL(filePath: $0) })?.path()
    }
    let home = ["HOME": "/home/ada"]
    #expect(path(home) == "/home/ada/.cache/ramkit/text-embeddings/")
    #expect(
      path(home.merging(["XDG_CACHE_HOME": "/x"]) { $1 }) == "/x/ramkit/text-embeddings/")
    #expect(
      path(home.merging(["XDG_CACHE_HOME": "x"]) { $1 })
        == "/home/ada/.cache/ramkit/text-embeddings/")
    #expect(
      path(home.merging(["XDG_CACHE_HOME": "/x", "RAMKIT_CACHE_DIR": "/r"]) { $1 })
        == "/r/text-embeddings/")
    #expect(path(home, system: "/L/Caches") == "/L/Caches/ramkit/text-embeddings/")
    #expect(path(["HOME": "", "RAMKIT_CACHE_DIR": ""]) == nil)
    #expect(path([:]) == nil)
  }
}
