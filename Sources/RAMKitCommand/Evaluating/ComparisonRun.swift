import Foundation
import RAMKit
import RAMKitCommandInput

/// Holds a converted model against its original on photos, one after the other in memory, and tells of
/// photos that fail.
struct ComparisonRun {
  let inputs: [RequestedPhoto]
  /// Opened before the conversion: a long run should not end with no place to put its results.
  let report: OutputSink?
  let verbosity: VerbosityOptions

  /// Compares, prints, and says how it went.
  ///
  /// - Parameter options: as the conversion's, whose labels are the file's.
  func run(original: URL, converted: URL, options: ModelOptions) async throws -> ExitStatus {
    var (photos, unreachable): ([Photo], Int) = ([], 0)
    for input in inputs {
      switch input.source {
      case .photo(let photo): photos.append(photo)
      case .failure(_, let message):
        unreachable += 1
        verbosity.note(message)
      }
    }
    if photos.isEmpty { verbosity.note("no photos there") }
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
    return comparison.failures.isEmpty && unreachable == 0 ? .success : .somePhotosFailed
  }
}
