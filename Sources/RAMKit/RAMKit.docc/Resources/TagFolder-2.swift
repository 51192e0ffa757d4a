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
    let tagger = try await Tagger.nano()
    let tagging = try await tagger.tags(in: .file(URL(filePath: path)))
    for tag in tagging.tags { print(tag.label.name, tag.score) }
  }
}
