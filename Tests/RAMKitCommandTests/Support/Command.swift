import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Runs the `ramkit` that was built along with the tests, as a shell would.
struct Command {
  /// What a run left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    /// Standard output as JSON.
    func json<Value>(as type: Value.Type = Value.self) throws -> Value {
      let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(value as? Value, "not a \(type): \(output.prefix(200))")
    }

    /// The lines of standard output.
    var lines: [String] {
      output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
  }

  /// The program: beside the tests, or, for a test bundle, beside that.
  static func program() throws -> URL {
    let folders = ResourceLocator(target: "RAMKit").folders
    let paths = folders.map { "\($0)/ramkit" }
    let path = paths.first { access($0, X_OK) == 0 }
    return URL(fileURLWithPath: try #require(path, "no ramkit in \(folders)"))
  }

  /// Copies the program by another one. Were it written here, a process that another test starts
  /// meanwhile would hold it open for writing, and a file that is can't be run ("Text file busy").
  static func copyProgram(to copy: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/cp")
    process.arguments = [try program().path, copy.path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "no copy at \(copy.path)")
  }

  /// Runs it with `arguments` in the folder `directory`, and waits for its end.
  static func run(
    _ arguments: String..., program: URL? = nil, input: String = "", output: FileHandle? = nil,
    environment: [String: String] = [:], in directory: URL? = nil
  ) async throws -> Outcome {
    try await run(
      arguments, program: program, input: input, output: output, environment: environment,
      in: directory)
  }

  static func run(
    _ arguments: [String], program: URL? = nil, input: String = "", output: FileHandle? = nil,
    environment: [String: String] = [:], in directory: URL? = nil
  ) async throws -> Outcome {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = try program ?? Self.program()
    process.arguments = arguments
    process.environment = Self.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = directory }
    // Files, not pipes: nothing has to be read while the program runs.
    let inputFile = try folder.write(input, to: "in")
    let outputFile = try folder.write("", to: "out")
    let errorFile = try folder.write("", to: "err")
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try output ?? FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    let status = try await end(of: process)
    return Outcome(
      status: status, output: try String(contentsOf: outputFile, encoding: .utf8),
      errors: try String(contentsOf: errorFile, encoding: .utf8))
  }

  /// Starts `process`, tells `body`, and waits for the exit code; a signal counts as its negative.
  static func end(
    of process: Process, whileRunning body: () throws -> Void = {}
  ) async throws -> Int32 {
    let (ends, continuation) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { process in
      let isSignal = process.terminationReason == .uncaughtSignal
      continuation.yield(isSignal ? -process.terminationStatus : process.terminationStatus)
      continuation.finish()
    }
    try process.run()
    try body()
    for await status in ends { return status }
    return -1
  }

  /// This process's environment without what would change how RAMKit behaves.
  static var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("RAMKIT_") }
  }
}
