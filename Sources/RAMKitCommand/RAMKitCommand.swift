import ArgumentParser
import RAMKit
import RAMKitNano

@main
struct RAMKitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ramkit", abstract: "Tags photos with the Recognize Anything models.")
}
