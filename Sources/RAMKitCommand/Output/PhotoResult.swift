import RAMKit

/// What became of one photo.
struct PhotoResult {
  /// The path as it was given, or as a folder led to it.
  var path: String
  /// The `id` of the photo's input line, as the JSON that it was.
  var id: String?
  var outcome: Outcome

  enum Outcome {
    case tagged(Tagging, tags: [Tag])
    case failed(Failure)
  }

  /// Why a photo has no tags.
  struct Failure {
    var code: String
    var message: String

    init(code: String, message: String) {
      self.code = code
      self.message = message
    }

    init(_ error: RAMKitError) {
      self.init(code: error.code, message: error.message)
    }
  }
}

/// A way to write results, one after another.
protocol ResultFormat {
  /// What comes before the first result.
  mutating func header() -> String
  /// One result.
  mutating func text(for result: PhotoResult) -> String
  /// What comes after the last result.
  mutating func footer() -> String
}

extension ResultFormat {
  mutating func header() -> String { "" }
  mutating func footer() -> String { "" }
}
