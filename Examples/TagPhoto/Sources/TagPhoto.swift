import Foundation
import RAMKit
import RAMKitNano

/// Tags the photos named on the command line with the model that ships inside RAMKit.
@main
struct TagPhoto {
  static func main() async throws {
    let photos = CommandLine.arguments.dropFirst().map { Photo.file(URL(filePath: $0)) }
    let tagger = try await Tagger.nano()
    for try await item in tagger.taggings(of: photos) {
      switch item.result {
      case .success(let tagging):
        print("\(item.photo.name): \(tagging.tags.map(\.label.name).joined(separator: ", "))")
      case .failure(let error):
        print("\(item.photo.name): \(error.message)")
      }
    }
  }
}
