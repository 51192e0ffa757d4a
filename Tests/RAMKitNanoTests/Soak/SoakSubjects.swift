import Foundation
import RAMKit
import RAMKitNano
import Testing
import _RAMKitTestSupport

/// Taggers with the label sets that they are asked about, photos, and the answers that each gave when
/// nothing else was going on.
struct SoakSubjects: Sendable {
  struct Subject: Sendable {
    let name: String
    let tagger: Tagger
    /// Nil stands for the model's own labels.
    let labels: [LabelQuerySet?]
    /// Logits by photo and label set.
    var expected: [[[Float]]] = []
  }

  let folder: TemporaryFolder
  private(set) var subjects: [Subject] = []
  let photos: [Photo]
  /// Photos that are none, and the codes of their errors.
  let broken: [(photo: Photo, code: String)]

  static let options = TaggingOptions(keepsLogits: true)

  /// The labels of the checkpoints that are made here.
  static func names(_ count: Int) throws -> LabelSet {
    try LabelSet(name: "soak", labels: (0..<count).map { Label("label \($0)", threshold: 0.5) })
  }

  /// The checkpoint that is loaded again and again.
  var checkpoint: URL { folder.file("ram.safetensors") }

  init() async throws {
    folder = try TemporaryFolder()
    let jpeg = try Data(contentsOf: GoldenNano.photo("dogs"))
    photos =
      GoldenNano.photos.map { .file(GoldenNano.photo($0)) } + [.data(jpeg, name: "bytes")]
      + [.pixels(try Image(width: 3, height: 2, rgb: [UInt8](repeating: 99, count: 18)))]
    broken = [
      (.data(Data(), name: "empty"), "unreadableImage"),
      (.data(jpeg.prefix(jpeg.count / 2), name: "half"), "unreadableImage"),
      (.data(Data("no photo".utf8), name: "text"), "unreadableImage"),
      (.file(folder.file("nothing.jpg")), "fileNotFound"),
      (.file(folder.url), "notARegularFile"),
    ]
    try await add("nano", try await Tagger.nano(), labels: [nil])
    for (name, tiny, count) in [
      ("ram", TinyCheckpoint.ram(labels: 1500), 1500),
      ("ram-plus", .ramPlus(labels: 700, descriptions: 3), 700),
      ("tag2text", .tag2Text(labels: 90), 90),
    ] {
      let url = folder.file("\(name).safetensors")
      try tiny.write(to: url)
      for precision in [Precision.float32, .bfloat16] {
        let tagger = try await Tagger(
          contentsOf: url, options: ModelOptions(labels: Self.names(count), precision: precision))
        let some = try tagger.labels.selecting([7, 3, 60])
        let most = try tagger.labels.selecting(Array(stride(from: 0, to: count, by: 2)))
        try await add("\(name), \(precision)", tagger, labels: [nil, some, most])
      }
    }
  }

  private mutating func add(
    _ name: String, _ tagger: Tagger, labels: [LabelQuerySet?]
  ) async throws {
    var subject = Subject(name: name, tagger: tagger, labels: labels)
    for photo in photos {
      let tokens = try await tagger.encode(photo)
      var answers: [[Float]] = []
      for set in labels {
        let tagging = try await tagger.tags(in: tokens, labels: set, options: Self.options)
        answers.append(try #require(tagging.logits))
      }
      subject.expected.append(answers)
    }
    subjects.append(subject)
  }
}
