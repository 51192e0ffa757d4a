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
    print("\(photos.count) photos, \(tagger.labels.labels.count) labels")
  }

  /// The photos in a folder, by name.
  static func photos(in folder: URL) throws -> [Photo] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { ["jpg", "jpeg", "png", "webp", "heic"].contains($0.pathExtension.lowercased()) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map(Photo.file)
  }
}
