import Foundation
import Testing

/// Several processes on one checkpoint at a time.
@Suite struct TagInParallelTests {
  @Test func processesThatShareACheckpointGiveTheSame() async throws {
    let folder = try TaggingFolder()
    let arguments = ["--scores", "--format", "jsonl", "a.bmp", "b.bmp"]
    let alone = try await folder.tag(arguments)
    #expect(alone.status == 0)
    let outcomes = try await withThrowingTaskGroup(of: Command.Outcome.self) { group in
      for _ in 0..<4 { group.addTask { try await folder.tag(arguments) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.map(\.status) == [0, 0, 0, 0])
    #expect(outcomes.allSatisfy { $0.output == alone.output })
  }

  /// A conversion takes the old file's place in one step: whoever reads meanwhile reads one or the
  /// other.
  @Test func aCheckpointMayBeReplacedWhileOthersLoadIt() async throws {
    let folder = try TaggingFolder()
    let arguments = ["--scores", "--format", "jsonl", "a.bmp"]
    let alone = try await folder.tag(arguments)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<3 {
        group.addTask {
          let outcome = try await folder.tag(arguments)
          #expect(outcome.output == alone.output)
        }
        group.addTask {
          let converted = "converted-\(index).safetensors"
          let outcome = try await Command.run(
            ["convert", "--names", "names.txt", "tiny.safetensors", converted], in: folder.url)
          #expect(outcome.status == 0, "\(outcome.errors)")
          #expect(
            rename(folder.file(converted).path, folder.file("tiny.safetensors").path) == 0)
        }
      }
      try await group.waitForAll()
    }
  }
}
