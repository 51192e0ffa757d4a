import ArgumentParser
import Foundation
import RAMKit

/// Runs a command, and turns the error that ended it into a sentence and an exit code.
@main
enum Program {
  static func main() async {
    Interruption.shared.install()
    do {
      var command = try RAMKitCommand.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch is BrokenPipe {
      exit(ExitStatus.cannotCreateOutput.rawValue)
    } catch let error as RAMKitError {
      StandardError.writeLine("ramkit: \(error.message)")
      exit(ExitStatus(error).rawValue)
    } catch {
      RAMKitCommand.exit(withError: error)
    }
  }
}
