import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct AnswerComparisonTests {
  private let folder: TemporaryFolder
  private let checkpoint: URL
  private static let labels = (0..<5).map { Label("label \($0)", threshold: 0.5) }

  init() throws {
    folder = try TemporaryFolder()
    checkpoint = folder.file("tiny.safetensors")
    try TinyCheckpoint.ram().write(to: checkpoint)
  }

  private func tagger(_ precision: Precision = .float32) async throws -> Tagger {
    let labels = try LabelSet(name: "tiny", labels: Self.labels)
    return try await Tagger(
      contentsOf: checkpoint, options: ModelOptions(labels: labels, precision: precision))
  }

  /// What a model would have answered: a row of logits a photo.
  private func answers(_ rows: [[Float]], labels: [Label] = labels) throws -> PhotoAnswers {
    let options = ModelOptions(labels: try LabelSet(name: "tiny", labels: Self.labels))
    return PhotoAnswers(
      model: try ModelDescription(contentsOf: checkpoint, options: options), labels: labels,
      answers: rows.enumerated().map { photo, logits in
        PhotoAnswers.Answer(
          photo: "photo \(photo)", logits: .success(logits), duration: .seconds(photo + 1))
      })
  }

  private static func photos() throws -> [Photo] {
    try (1...6).map { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      let rgb = (0..<(32 * 32 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return .pixels(try Image(width: 32, height: 32, rgb: rgb))
    }
  }

  @Test(arguments: Precision.allCases)
  func aModelIsNoDistanceFromItself(precision: Precision) async throws {
    let tagger = try await tagger(precision)
    let photos = try Self.photos()
    let comparison = try AnswerComparison(
      of: try await tagger.answers(to: photos),
      against: try await tagger.answers(to: photos, options: TaggingOptions(batchSize: 4)),
      options: TaggingOptions(threshold: 0.4))
    #expect(comparison.photoCount == 6)
    #expect(comparison.logits.count == 30)
    #expect(comparison.logits.maximum == 0)
    #expect(comparison.logits.mean == 0)
    #expect(comparison.logits.rootMeanSquare == 0)
    #expect(comparison.labels.map(\.index) == [0, 1, 2, 3, 4])
    #expect(comparison.changes.isEmpty && comparison.failures.isEmpty)
    #expect(comparison.commonTags > 0)
    #expect(comparison.f1 == 1)
    #expect(comparison.referenceDeviation > 0)
    #expect(comparison.model.precision == precision)
    #expect(comparison.medianSeconds > 0 && comparison.referenceMedianSeconds > 0)
  }

  @Test func answersAreTheLogitsThatTaggingKeeps() async throws {
    let tagger = try await tagger(.int8)
    let photos = try Self.photos() + [.data(Data([1]), name: "broken")]
    var done = 0
    let answers = try await tagger.answers(to: photos) { done += 1 }
    #expect(done == 7)
    #expect(answers.labels == Self.labels)
    #expect(answers.answers.map(\.photo) == photos.map(\.name))
    for (photo, answer) in zip(photos, answers.answers).dropLast() {
      let tagging = try await tagger.tags(in: photo, options: TaggingOptions(keepsLogits: true))
      #expect(try answer.logits.get() == tagging.logits)
    }
    #expect(throws: RAMKitError.self) { try answers.answers[6].logits.get() }
  }

  /// Distances 1, 0, 3, 0, 0 and 1, 0, -1, 0, 2: eight apart, sixteen in squares, over ten logits.
  @Test func figuresAreThoseOfTheirDefinitions() throws {
    let comparison = try AnswerComparison(
      of: answers([[2, 1, 2, -4, 0], [2, 1, -2, -4, 2]]),
      against: answers([[1, 1, -1, -4, 0], [1, 1, -1, -4, 0]]))
    #expect(comparison.logits.maximum == 3)
    #expect(abs(comparison.logits.mean - 0.8) < 1e-12)
    #expect(abs(comparison.logits.rootMeanSquare - 1.6.squareRoot()) < 1e-12)
    #expect(abs(comparison.logits.bias - 0.6) < 1e-12)
    #expect(comparison.labels.map(\.index) == [2, 4, 0, 1, 3])
    #expect(comparison.labels[0].logits.bias == 1)
    #expect(comparison.labels[0].logits.rootMeanSquare == 5.0.squareRoot())
    // 1, 1, -1, -4, 0 lie 1.6, 1.6, -0.4, -3.4 and 0.6 from their mean.
    #expect(abs(comparison.referenceDeviation - 3.44.squareRoot()) < 1e-12)
    #expect(comparison.medianSeconds == 2)
  }

  @Test func tagsThatComeAndGoAreNamedSurestFirst() throws {
    let comparison = try AnswerComparison(
      of: answers([[1, 0.1, -2, -1, 0], [1, -1, -1, -1, -1]]),
      against: answers([[1, -0.1, 3, -1, -1], [1, -1, -1, -1, -1]]))
    #expect(comparison.commonTags == 2)
    #expect(comparison.changes.map(\.label.name) == ["label 2", "label 1"])
    #expect(comparison.changes.map(\.photo) == ["photo 0", "photo 0"])
    #expect(comparison.changes.map(\.appeared) == [false, true])
    #expect(comparison.appearedCount == 1 && comparison.vanishedCount == 1)
    let gone = comparison.changes[0]
    #expect(abs(gone.margin - 0.4526) < 1e-4)
    #expect(gone.score < 0.5 && gone.referenceScore > 0.95 && gone.threshold == 0.5)
    #expect(comparison.f1 == 4.0 / 6)
  }

  @Test func thresholdsAreTheReferencesUnlessOneIsGiven() throws {
    var labels = Self.labels
    labels[0] = Label("label 0", threshold: 0.5, isOmitted: true)
    labels[1] = Label("label 1", threshold: 0.9)
    let (own, other) = (
      try answers([[1, 1, -9, -9, -9]]), try answers([[-1, -1, -9, -9, -9]], labels: labels)
    )
    #expect(try AnswerComparison(of: own, against: other).changes.isEmpty)
    let options = TaggingOptions(threshold: 0.5, includesOmittedLabels: true)
    let changes = try AnswerComparison(of: own, against: other, options: options).changes
    #expect(changes.map(\.index).sorted() == [0, 1])
  }

  @Test func photosThatFailAreListedAndCountForNothing() async throws {
    let photos = try Self.photos() + [.file(folder.file("missing.jpg"))]
    let tagger = try await tagger()
    let comparison = try AnswerComparison(
      of: try await tagger.answers(to: photos), against: try await tagger.answers(to: photos))
    #expect(comparison.photoCount == 6)
    #expect(comparison.failures.map(\.error.code) == ["fileNotFound"])
    #expect(comparison.failures.map(\.photo) == [folder.file("missing.jpg").path])
  }

  @Test func nothingToCompareIsNoDifference() throws {
    let comparison = try AnswerComparison(of: answers([]), against: answers([]))
    #expect(comparison.photoCount == 0 && comparison.f1 == 1)
    #expect(comparison.logits.mean == 0 && comparison.logits.rootMeanSquare == 0)
    #expect(comparison.medianSeconds == 0 && comparison.referenceDeviation == 0)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let one = try answers([[0, 0, 0, 0, 0]])
    let infinite = try answers([[.infinity, 0, 0, 0, 0]])
    #expect(try AnswerComparison(of: infinite, against: infinite).logits.maximum == 0)
    #expect(try AnswerComparison(of: one, against: infinite).logits.maximum == .infinity)
    let other = try answers([[0, 0, 0, 0, 0]], labels: Self.labels.reversed())
    for misfit in [try answers([[0, .nan, 0, 0, 0]]), other] {
      let error = #expect(throws: RAMKitError.self) {
        try AnswerComparison(of: misfit, against: one)
      }
      #expect(error?.code == "mismatchedLabels")
    }
    let more = try answers([[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    let error = #expect(throws: RAMKitError.self) { try AnswerComparison(of: more, against: one) }
    #expect(error?.code == "invalidOption")
  }
}
