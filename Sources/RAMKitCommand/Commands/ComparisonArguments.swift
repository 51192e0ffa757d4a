import ArgumentParser
import RAMKit
import RAMKitCommandInput

/// Photos on which a converted model is held against its original.
struct ComparisonArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A photo, or a folder of them, to hold the new file's answers against the original's in float32 on: "
        + "how far logits move, which tags come and go. Can be repeated.",
      valueName: "path"),
    completion: .file())
  var photos: [String] = []

  @Flag(help: "Look for photos in the folders of folders, too.")
  var recursive = false

  @Flag(
    help: """
      With --precision int8: measure on these photos what int8 does layer by layer, and leave in bfloat16 where \
      it does more harm than it saves work. Takes as long as tagging up to 24 of them dozens of times.
      """)
  var mixed = false

  @Option(
    help: ArgumentHelp(
      "Write what came of it as JSON, too, to this file, which appears whole or not at all.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var report: String?

  func validate() throws {
    if photos.isEmpty, recursive || mixed || report != nil {
      throw ValidationError("--recursive, --mixed and --report need --photos.")
    }
  }

  /// What is to be done with them; nil without photos.
  func run(verbosity: VerbosityOptions) throws(RAMKitError) -> ComparisonRun? {
    guard !photos.isEmpty else { return nil }
    return ComparisonRun(
      inputs: InputExpansion(isRecursive: recursive).inputs(for: photos), isMixed: mixed,
      report: try report.map { path throws(RAMKitError) in try OutputSink(path: path) },
      verbosity: verbosity)
  }
}
