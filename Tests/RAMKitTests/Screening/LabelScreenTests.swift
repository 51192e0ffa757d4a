import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Label screens over models of a few thousand weights.
@Suite struct LabelScreenTests {
  private static let labelCount = 60

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A tiny model, with one threshold for its labels.
  private func tagger(
    _ tiny: TinyCheckpoint = .ram(labels: labelCount), threshold: Float = 0.9,
    precision: Precision = .float32, imageSize: Int? = nil
  ) async throws -> Tagger {
    let url = folder.file("tiny.safetensors")
    try tiny.write(to: url)
    let labels = try LabelSet(
      name: "tiny",
      labels: (0..<Self.labelCount).map { Label("label \($0)", threshold: threshold) })
    return try await Tagger(
      contentsOf: url,
      options: ModelOptions(labels: labels, precision: precision, imageSize: imageSize))
  }

  /// Photos of one colour each, with a little noise.
  private static func photos(_ seeds: Range<Int>) throws -> [Photo] {
    try seeds.map { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      let colour = (0..<3).map { _ in random.next() % 200 }
      let rgb = (0..<(40 * 40)).flatMap { _ in
        colour.map { UInt8(truncatingIfNeeded: $0 + random.next() % 56) }
      }
      return .pixels(try Image(width: 40, height: 40, rgb: rgb))
    }
  }

  private static let families: [TinyCheckpoint] = [
    .ram(labels: labelCount), .ramPlus(labels: labelCount), .tag2Text(labels: labelCount),
  ]

  /// The score that one label in eight exceeds.
  private static func threshold(of tagger: Tagger) async throws -> Float {
    var scores: [Float] = []
    for photo in try photos(500..<510) {
      scores += try await tagger.tags(in: photo, options: TaggingOptions(threshold: 0)).tags
        .map(\.score)
    }
    return scores.sorted(by: >)[scores.count / 8]
  }

  /// A photo's tags are those without the screen, less what was lost; scores are the same bits.
  @Test(arguments: families.indices, Precision.allCases)
  func tagsStayAndFewerLabelsAreAsked(family: Int, precision: Precision) async throws {
    let tagger = try await tagger(Self.families[family], precision: precision)
    let options = TaggingOptions(threshold: try await Self.threshold(of: tagger))
    let screen = try await tagger.labelScreen(
      calibratedOn: try Self.photos(0..<80), risk: 0.1, options: options)
    #expect(screen.photoCount == 40 && screen.labelCount == Self.labelCount)
    #expect(screen.risk <= 0.1 && screen.risk > 0.09)
    #expect(screen.askedShare < 0.7)

    var screening = options
    screening.screen = screen
    var (tags, lost, losing) = (0, 0, 0)
    for photo in try Self.photos(1_000..<1_050) {
      let whole = try await tagger.tags(in: photo, options: options).tags
      let screened = try await tagger.tags(in: photo, options: screening).tags
      #expect(screened == whole.filter { screened.map(\.index).contains($0.index) })
      tags += whole.count
      lost += whole.count - screened.count
      losing += screened.count < whole.count ? 1 : 0
    }
    #expect(tags > 100)
    // A tenth is what may be expected at most; a calibration can be lucky, but hardly that much.
    #expect(losing <= 15)
    #expect(lost < tags / 4)
  }

  /// Photos that the margin rests on lose no more than they may.
  @Test func aLowRiskAsksAboutMore() async throws {
    let tagger = try await tagger()
    var options = TaggingOptions(threshold: try await Self.threshold(of: tagger))
    let photos = try Self.photos(0..<80)
    let bold = try await tagger.labelScreen(calibratedOn: photos, risk: 0.3, options: options)
    let careful = try await tagger.labelScreen(calibratedOn: photos, risk: 0.03, options: options)
    #expect(careful.margin > bold.margin)
    #expect(careful.askedShare > bold.askedShare)
    var losing = 0
    for photo in photos {
      options.screen = nil
      let whole = try await tagger.tags(in: photo, options: options).tags
      options.screen = careful
      let screened = try await tagger.tags(in: photo, options: options).tags
      losing += screened.count < whole.count ? 1 : 0
    }
    // None of the held-out ones, and few of those that the estimate was fitted to.
    #expect(losing <= 2)
  }

  @Test func labelsThatCanNotBeTagsAreNotAsked() async throws {
    let tagger = try await tagger(threshold: 1)
    let screen = try await tagger.labelScreen(calibratedOn: try Self.photos(0..<40), risk: 0.1)
    #expect(screen.askedShare == 0 && screen.margin == 0)
    let photo = try Self.photos(7..<8)[0]
    #expect(try await tagger.tags(in: photo, options: TaggingOptions(screen: screen)).tags.isEmpty)
  }

  /// Where all labels are tags, all have to be asked about.
  @Test func labelsThatAreAlwaysTagsStay() async throws {
    let tagger = try await tagger()
    var options = TaggingOptions(threshold: 0)
    options.screen = try await tagger.labelScreen(
      calibratedOn: try Self.photos(0..<40), risk: 0.1, options: options)
    #expect(options.screen?.askedShare == 1)
    let photo = try Self.photos(7..<8)[0]
    let screened = try await tagger.tags(in: photo, options: options).tags
    #expect(screened.count == Self.labelCount)
    options.screen = nil
    #expect(try await tagger.tags(in: photo, options: options).tags == screened)
  }

  @Test func whatItWasNotMadeForIsRefused() async throws {
    let tagger = try await tagger()
    let screen = try await tagger.labelScreen(calibratedOn: try Self.photos(0..<40), risk: 0.1)
    let photo = try Self.photos(7..<8)[0]
    func refusal(
      by other: Tagger, labels: LabelQuerySet? = nil,
      options: TaggingOptions = .init(), with screen: LabelScreen = screen
    ) async -> String? {
      var options = options
      options.screen = screen
      let error = await #expect(throws: RAMKitError.self) {
        try await other.tags(in: photo, labels: labels, options: options)
      }
      return error?.code == "invalidOption" ? error?.message : nil
    }
    let fewer = try tagger.labels.selecting([1, 2])
    let cases: [(String?, String)] = [
      (await refusal(by: try await self.tagger(.ram(labels: 60, seed: 2))), "another model"),
      (await refusal(by: try await self.tagger(precision: .int8)), "float32"),
      (await refusal(by: try await self.tagger(imageSize: 64)), "32 px"),
      (await refusal(by: try await self.tagger(threshold: 0.8)), "other labels"),
      (await refusal(by: tagger, labels: fewer), "other labels"),
      (await refusal(by: tagger, options: TaggingOptions(preparation: .official)), "natural"),
      (await refusal(by: tagger, options: TaggingOptions(threshold: 0.5)), "thresholds"),
      (await refusal(by: tagger, options: TaggingOptions(includesOmittedLabels: true)), "without"),
      (await refusal(by: tagger, options: TaggingOptions(keepsLogits: true)), "every label's"),
    ]
    for (message, word) in cases {
      #expect(message?.contains(word) == true, "\(message ?? "no error") lacks '\(word)'")
    }
    // The same model, loaded again, is the same.
    let again = try await self.tagger()
    _ = try await again.tags(in: photo, options: TaggingOptions(screen: screen))
  }

  @Test func tooFewPhotosForTheRiskAreRefused() async throws {
    let tagger = try await tagger()
    for risk in [0, 1, -0.1, .nan, 1e-300] {
      await #expect(throws: RAMKitError.self) {
        try await tagger.labelScreen(calibratedOn: try Self.photos(0..<4), risk: risk)
      }
    }
    let error = await #expect(throws: RAMKitError.self) {
      try await tagger.labelScreen(calibratedOn: try Self.photos(0..<37), risk: 0.05)
    }
    #expect(error?.message.contains("at least 38 photos") == true)
    _ = try await tagger.labelScreen(calibratedOn: try Self.photos(0..<38), risk: 0.05)
  }

  @Test func photosThatCanNotBeReadAreToldOf() async throws {
    let tagger = try await tagger()
    let broken = Photo.data(Data([1, 2, 3]), name: "broken")
    var failed: [Photo] = []
    let screen = try await tagger.labelScreen(
      calibratedOn: [broken] + (try Self.photos(0..<40)), risk: 0.1
    ) { photo, error in
      if error != nil { failed.append(photo) }
    }
    #expect(failed == [broken])
    #expect(screen.photoCount == 20)
  }

  @Test func aFileGivesTheSameScreen() async throws {
    let tagger = try await tagger(threshold: 0.5)
    let url = folder.file("screen.safetensors")
    let screen = try await tagger.labelScreen(calibratedOn: try Self.photos(0..<40), risk: 0.1)
    try screen.write(to: url)
    #expect(try LabelScreen(contentsOf: url) == screen)
    let other = try await tagger.labelScreen(calibratedOn: try Self.photos(1..<41), risk: 0.1)
    #expect(other != screen)

    let model = #expect(throws: RAMKitError.self) {
      try LabelScreen(contentsOf: folder.file("tiny.safetensors"))
    }
    #expect(model?.code == "malformedCheckpoint")
    try Data(contentsOf: url).dropLast(8).write(to: url)
    #expect(throws: RAMKitError.self) { try LabelScreen(contentsOf: url) }
  }
}
