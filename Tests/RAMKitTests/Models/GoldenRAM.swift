import Foundation
import RAMKit
import Testing

/// The small official model of Resources/Models/ram and what the official code answers with it.
enum GoldenRAM {
  static func url(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Models/ram/\(name)")
  }

  static func photo(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Images/photos/\(name)")
  }

  /// Window 7 at 224 px with uneven depths, heads and widths; made by Resources/Models/reference.py.
  static func window7(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Models/window7/\(name)")
  }

  static func options(precision: Precision = .float32) throws -> ModelOptions {
    ModelOptions(
      labels: try LabelSet(
        namesFile: url("names.txt"), thresholdsFile: url("thresholds.txt")),
      precision: precision)
  }

  static func model(
    forcing implementation: String, precision: Precision = .float32
  ) async throws -> any TaggingModel {
    let options = try options(precision: precision)
    return try await ComputeActor.run { () throws(RAMKitError) in
      try Tagger.load(
        url("model.safetensors"), options: options,
        compute: try ComputeContext(forcing: implementation))
    }
  }

  static func tagger(
    forcing implementation: String, precision: Precision = .float32
  ) async throws -> Tagger {
    Tagger(model: try await model(forcing: implementation, precision: precision))
  }

  static func tagger() async throws -> Tagger {
    try await Tagger(contentsOf: url("model.safetensors"), options: try options())
  }

  /// The official tags of each photo, as indices.
  static func expectedTags() throws -> [String: [Int]] {
    struct Expected: Decodable {
      struct Photo: Decodable { var tag_indices: [Int] }
      var photos: [String: Photo]
    }
    let data = try Data(contentsOf: url("expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data).photos.mapValues(\.tag_indices)
  }
}
