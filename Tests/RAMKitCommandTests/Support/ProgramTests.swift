import Foundation
import Testing
import _RAMKitTestSupport

/// What holds for every subcommand.
@Suite struct ProgramTests {
  @Test func helpsWithExamplesAndExitCodes() async throws {
    let help = try await Command.run("--help")
    #expect(help.status == 0)
    #expect(help.errors.isEmpty)
    for word in ["labels", "Exit codes", "RAMKIT_FORCE_IMPLEMENTATION"] {
      #expect(help.output.contains(word))
    }
    let labels = try await Command.run("labels", "--help")
    #expect(labels.output.contains("Examples:"))
    #expect(try await Command.run("--version").status == 0)
  }

  @Test(arguments: [
    ["nonsense"], ["labels", "nonsense"], ["labels", "list", "--nonsense"], ["--x"],
  ])
  func wrongUsageIs64(_ arguments: [String]) async throws {
    let outcome = try await Command.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("Usage:") || outcome.errors.contains("help"))
  }

  @Test func quietAndVerboseExcludeEachOther() async throws {
    #expect(try await Command.run("labels", "list", "--quiet", "--verbose").status == 64)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func writesCompletionScripts(_ shell: String) async throws {
    let script = try await Command.run("--generate-completion-script", shell)
    #expect(script.status == 0)
    #expect(script.output.contains("ramkit"))
  }

  @Test func aFullDiskIsSaidAndAClosedPipeIsNot() async throws {
    #if os(Linux)
      let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
      let outcome = try await Command.run("labels", "list", output: full)
      #expect(outcome.status == 73)
      #expect(outcome.errors.contains("standard output"))
    #endif
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let closed = try await Command.run("labels", "list", output: pipe.fileHandleForWriting)
    #expect(closed.status == 73)
    #expect(closed.errors.isEmpty)
  }

  @Test func findsItsFilesWhereverItIsStartedFrom() async throws {
    let folder = try TemporaryFolder()
    let program = try Command.program()
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
    let linked = try await Command.run("labels", "search", "dog", program: link, in: folder.url)
    #expect(linked.status == 0)
    #expect(linked.output.contains("dog"))
  }

  @Test func withoutItsFilesItSaysWhereItLooked() async throws {
    let folder = try TemporaryFolder()
    let copy = folder.file("ramkit")
    try Command.copyProgram(to: copy)
    let lost = try await Command.run("labels", "list", program: copy)
    #expect(lost.status == 66)
    #expect(lost.errors.contains("ram-labels.json") && lost.errors.contains("RAMKIT_CACHE_DIR"))

    let bundles = try Command.program().deletingLastPathComponent().path
    let found = try await Command.run(
      "labels", "search", "dog", program: copy, environment: ["RAMKIT_CACHE_DIR": bundles])
    #expect(found.status == 0)
    #expect(found.output.contains("dog"))
  }
}
