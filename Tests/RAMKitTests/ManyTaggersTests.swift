import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Many tasks, and many taggers, in one process.
@Suite struct ManyTaggersTests {
  private static func taggers(_ count: Int, in folder: TemporaryFolder) async throws -> [Tagger] {
    let labels = try LabelSet(name: "tiny", labels: (0..<5).map { Label("label \($0)") })
    var taggers: [Tagger] = []
    for seed in 0..<count {
      let url = folder.file("\(seed).safetensors")
      try TinyCheckpoint.ram(seed: UInt64(seed)).write(to: url)
      taggers.append(try await Tagger(contentsOf: url, options: ModelOptions(labels: labels)))
    }
    return taggers
  }

  /// Photos that have to be decoded: BMP files of noise.
  private static func photo(_ seed: Int) -> Photo {
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var random = SeededGenerator(seed: UInt64(seed))
    let side = 64
    let header =
      Array("BM".utf8) + little(0, 8) + little(54, 4) + little(40, 4) + little(side, 4)
      + little(side, 4) + little(1, 2) + little(24, 2) + little(0, 24)
    let pixels = (0..<side * side * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return .data(Data(header + pixels), name: "photo \(seed)")
  }

  private static func logits(_ tagger: Tagger, _ seed: Int) async throws -> [Float]? {
    try await tagger.tags(in: photo(seed), options: TaggingOptions(keepsLogits: true)).logits
  }

  /// Each photo on each tagger from a task of its own; gives the logits by tagger and photo.
  private static func tag(_ photos: Int, on taggers: [Tagger]) async throws -> [[[Float]?]] {
    try await withThrowingTaskGroup(of: (Int, Int, [Float]?).self) { group in
      for photo in 0..<photos {
        for index in taggers.indices {
          group.addTask { (index, photo, try await logits(taggers[index], photo)) }
        }
      }
      let none = [[Float]?](repeating: nil, count: photos)
      return try await group.reduce(into: taggers.map { _ in none }) { $0[$1.0][$1.1] = $1.2 }
    }
  }

  @Test func theyDoNotDisturbEachOther() async throws {
    let folder = try TemporaryFolder()
    let taggers = try await Self.taggers(4, in: folder)
    let together = try await Self.tag(12, on: taggers)
    for (index, tagger) in taggers.enumerated() {
      for photo in 0..<12 {
        #expect(together[index][photo] == (try await Self.logits(tagger, photo)))
      }
    }
    #expect(Set(together.map { $0[0] }).count == taggers.count)
  }

  #if os(Linux)
    /// In a process of its own, since other tests have threads too.
    @Test func moreTaggersTakeNoMoreThreads() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let taggers = try await Self.taggers(12, in: folder)
        func use(_ taggers: [Tagger]) async throws -> ProcessUse? {
          _ = try await Self.tag(20, on: taggers)
          return ProcessUse()
        }
        let one = try #require(try await use([taggers[0]]))
        let all = try #require(try await use(taggers))
        // The system's pools start a thread more or less as they please.
        #expect(all.threads <= one.threads + 4, "\(one), then \(all)")
        #expect(all.descriptors <= one.descriptors + 2, "\(one), then \(all)")
      }
    }
  #endif
}
