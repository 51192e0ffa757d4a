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

  @Option(
    help: ArgumentHelp(
      "Write what came of it as JSON, too, to this file, which appears whole or not at all.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var report: String?

  func validate() throws {
    if photos.isEmpty, recursive || report != nil {
      throw ValidationError("--recursive and --report need --photos.")
    }
  }

  /// What is to be done with them; nil without photos.
  func run(verbosity: VerbosityOptions) throws(RAMKitError) -> ComparisonRun? {
    guard !photos.isEmpty else { return nil }
    return ComparisonRun(
      inputs: InputExpansion(isRecursive: recursive).inputs(for: photos),
      report: try report.map { path throws(RAMKitError) in try OutputSink(path: path) },
      verbosity: verbosity)
  }
}
