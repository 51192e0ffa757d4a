import Foundation
import RAMKit
import RAMKitNano

@main
struct TagFolder {
  static func main() async throws {
    guard let path = CommandLine.arguments.dropFirst().first else {
      print("usage: tag-folder FOLDER")
      return
    }
    let photos = try photos(in: URL(filePath: path))
    let tagger = try await Tagger.nano()
    for try await item in tagger.taggings(of: photos) {
      let name = URL(filePath: item.photo.name).lastPathComponent
      switch item.result {
      case .success(let tagging):
        print("\(name): \(tagging.tags.map(\.label.name).joined(separator: ", "))")
      case .failure(let error):
        print("\(name): \(error.message)")
      }
    }
  }

  /// The photos in a folder, by name.
  static func photos(in folder: URL) throws -> [Photo] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { ["jpg", "jpeg", "png", "webp", "heic"].contains($0.pathExtension.lowercased()) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map(Photo.file)
  }
}
