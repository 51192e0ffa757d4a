import Foundation
import RAMKit
import RAMKitCommandInput

/// Holds a converted model against its original on photos, one after the other in memory, and tells of
/// photos that fail.
struct ComparisonRun {
  private let photos: [Photo]
  /// Why some inputs have no photos.
  private let unreachable: [String]
  private let isMixed: Bool
  /// Opened before the conversion: a long run should not end with no place to put its results.
  private let report: OutputSink?
  private let verbosity: VerbosityOptions

  /// Photos on which layers are measured, each of them dozens of times.
  private static let measuredPhotos = 24

  init(
    inputs: [RequestedPhoto], isMixed: Bool, report: OutputSink?, verbosity: VerbosityOptions
  ) {
    photos = inputs.compactMap { if case .photo(let photo) = $0.source { photo } else { nil } }
    unreachable = inputs.compactMap {
      if case .failure(_, let message) = $0.source { message } else { nil }
    }
    self.isMixed = isMixed
    self.report = report
    self.verbosity = verbosity
    for message in unreachable { verbosity.note(message) }
    if photos.isEmpty { verbosity.note("no photos there") }
  }

  /// Which layers are to stay in bfloat16, and prints why; nil where nobody asks for that.
  func mixedPrecision(of original: URL, options: ModelOptions) async throws -> MixedPrecision? {
    guard isMixed else { return nil }
    // Photos of one folder are often alike where they are neighbours.
    let step = max(1, photos.count / Self.measuredPhotos)
    let some = stride(from: 0, to: photos.count, by: step).prefix(Self.measuredPhotos)
    var progress: Progress?
    let mixed = try await MixedPrecision(
      of: original, options: options, on: some.map { photos[$0] }
    ) {
      _, all in
      if progress == nil { progress = Progress(total: all, isQuiet: verbosity.quiet) }
      progress?.advance()
    }
    progress?.clear()
    try OutputSink().write(MixedPrecisionText.table(mixed) + "\n")
    return mixed
  }

  /// Compares, prints, and says how it went.
  ///
  /// - Parameter options: as the conversion's, whose labels are the file's.
  func run(original: URL, converted: URL, options: ModelOptions) async throws -> ExitStatus {
    var exact = options
    exact.precision = .float32
    var progress = Progress(total: 2 * photos.count, isQuiet: verbosity.quiet)
    let reference = try await Tagger(contentsOf: original, options: exact)
      .answers(to: photos) { progress.advance() }
    let answers = try await Tagger(
      contentsOf: converted, options: ModelOptions(precision: options.precision)
    ).answers(to: photos) { progress.advance() }
    progress.clear()
    let comparison = try AnswerComparison(of: answers, against: reference)
    for failure in comparison.failures { verbosity.note(failure.error.message) }
    try report?.write(ComparisonObject.object(comparison).page + "\n")
    try report?.finish()
    try OutputSink().write(ComparisonText.page(comparison))
    return comparison.failures.isEmpty && unreachable.isEmpty ? .success : .somePhotosFailed
  }
}
