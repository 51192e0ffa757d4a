import Foundation
import RAMKit
import RAMKitNano
import Testing
import _RAMKitTestSupport

/// Photos, and PyTorch's logits for them; see Resources/README.md.
enum GoldenNano {
  static let photos = [
    "astronaut", "camera", "chelsea", "coffee", "dandelions", "dogs", "jug", "mountain-path",
    "rocket",
    "stream",
  ]

  /// The largest error of PyTorch's own float32 in any of these logits.
  static let float32Error = 4.3e-6

  static func photo(_ name: String) -> URL { resource("photos/\(name).jpg") }

  static func logits() throws -> Checkpoint {
    try Checkpoint(contentsOf: resource("logits.safetensors"))
  }

  /// Foundation takes the folder for the bundle's own "Resources" on some systems, not on others.
  static func resource(_ path: String) -> URL {
    let inside = Bundle.module.bundleURL.appending(path: "Resources/\(path)")
    return FileManager.default.fileExists(atPath: inside.path)
      ? inside : Bundle.module.bundleURL.appending(path: "Contents/Resources/Resources/\(path)")
  }

  /// RAM-nano on the kernels of one implementation.
  static func model(forcing implementation: String) async throws -> any TaggingModel {
    let options = ModelOptions(labels: try LabelSet.nano())
    let url = try ResourceLocator(target: "RAMKitNano").url(of: "ram-nano.safetensors")
    return try await ComputeActor.run { () throws(RAMKitError) in
      try Tagger.load(url, options: options, compute: try ComputeContext(forcing: implementation))
    }
  }

  /// The pixels of photos as the model takes them, one row a photo.
  static func input(_ photos: [String], for model: any TaggingModel) throws -> Matrix {
    let side = model.input.side
    let rows = try photos.map { photo in
      let image = try ImageDecoder().decode(
        .file(Self.photo(photo)), preparation: .official, limits: .default)
      let square = try image.resized(width: side, height: side)
      return try model.input.normalization.channelsLast(square)
    }
    return try Matrix(rows: rows.count, columns: 3 * side * side, values: rows.flatMap(\.self))
  }
}
