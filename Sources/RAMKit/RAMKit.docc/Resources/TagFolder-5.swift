import Foundation
import RAMKit
import RAMKitNano

@main
struct TagFolder {
  static func main() async throws {
    guard let path = CommandLine.arguments.dropFirst().first else {
      print("usage: tag-folder FOLDER [LABEL]...")
      return
    }
    let photos = try photos(in: URL(filePath: path))
    let tagger = try await Tagger.nano()
    let labels = try labels(Array(CommandLine.arguments.dropFirst(2)), of: tagger)
    for try await item in tagger.taggings(of: photos, labels: labels) {
      let name = URL(filePath: item.photo.name).lastPathComponent
      switch item.result {
      case .success(let tagging):
        print("\(name): \(tagging.tags.map(\.label.name).joined(separator: ", "))")
      case .failure(let error):
        print("\(name): \(error.message)")
      }
    }
  }

  /// The labels of those names or aliases; all that the model has where no name is given.
  static func labels(_ names: [String], of tagger: Tagger) throws -> LabelQuerySet {
    guard !names.isEmpty else { return tagger.labels }
    let set = try LabelSet.nano()
    return try tagger.labels.selecting(names.flatMap { set.indices(of: $0) })
  }

  /// The photos in a folder, by name.
  static func photos(in folder: URL) throws -> [Photo] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { ["jpg", "jpeg", "png", "webp", "heic"].contains($0.pathExtension.lowercased()) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map(Photo.file)
  }
}
