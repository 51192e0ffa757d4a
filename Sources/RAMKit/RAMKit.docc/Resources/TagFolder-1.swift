import Foundation
import RAMKit
import RAMKitNano

@main
struct TagFolder {
  static func main() async throws {
    guard let path = CommandLine.arguments.dropFirst().first else {
      print("usage: tag-folder PHOTO")
      return
    }
  }
}
