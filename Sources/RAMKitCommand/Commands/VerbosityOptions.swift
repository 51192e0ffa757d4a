import ArgumentParser

/// How much is said on standard error.
struct VerbosityOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing on standard error but what ends the run.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say on standard error what is done, and how long it takes.")
  var verbose = false

  func validate() throws {
    if quiet && verbose {
      throw ValidationError("--quiet and --verbose can't be had together.")
    }
  }

  /// A warning, or what happened to one photo among many.
  func note(_ text: @autoclosure () -> String) {
    if !quiet { StandardError.writeLine("ramkit: \(text())") }
  }

  /// What only the curious want to know.
  func detail(_ text: @autoclosure () -> String) {
    if verbose { StandardError.writeLine("ramkit: \(text())") }
  }
}
