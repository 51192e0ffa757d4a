import ArgumentParser
import Foundation
import RAMKit
import RAMKitCommandInput

struct ScreenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screen",
    abstract: "Make a label screen: most labels need not be asked about, with a bounded risk.",
    discussion: """
      The photos should be like those to come: one half fits an estimate of which labels a photo can't \
      have, the other says how far it can be trusted. Of photos exchangeable with these, at most the \
      share given as the risk loses any tag. A screen is for one model, precision, label set and \
      preparation of photos.

      Examples:
        ramkit screen --output screen.safetensors photos/
        ramkit tag --screen screen.safetensors photo.jpg
        ramkit screen --model ram.safetensors --precision int8 --risk 0.01 -o screen.safetensors photos/
      """)

  @OptionGroup var model: ModelArguments

  @Option(
    help: ArgumentHelp(
      "The chance that a photo may have to lose a tag, between 0 and 1.", valueName: "x"))
  var risk = 0.05

  @Option(
    help: ArgumentHelp(
      "One threshold, in 0...1, for all labels, as for `ramkit tag`.", valueName: "x"))
  var threshold: Float?

  @Flag(help: "Allow tags that the label set omits, as for `ramkit tag`.")
  var includeOmitted = false

  @Option(help: "As for `ramkit tag`.")
  var preparation: ImagePreparation = .natural

  @Flag(help: "Look for photos in the folders of folders, too.")
  var recursive = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to be written; it appears whole or not at all.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(
    help: ArgumentHelp("A photo or a folder.", valueName: "path"), completion: .file())
  var paths: [String]

  func validate() throws {
    guard risk > 0, risk < 1 else { throw ValidationError("--risk has to be between 0 and 1.") }
    if let threshold, !(0...1).contains(threshold) {
      throw ValidationError("--threshold has to be in 0...1.")
    }
  }

  func run() async throws {
    let tagger = try await model.load()
    let photos = photos()
    var progress = Progress(total: photos.count, isQuiet: verbosity.quiet)
    let screen = try await tagger.labelScreen(
      calibratedOn: photos, risk: risk,
      options: TaggingOptions(
        preparation: preparation, threshold: threshold, includesOmittedLabels: includeOmitted)
    ) { _, error in
      if let error {
        progress.clear()
        verbosity.note(error.message)
      }
      progress.advance()
    }
    progress.clear()
    try screen.write(to: ModelArguments.file(output))
    try OutputSink().write(Self.page(screen))
  }

  /// The photos that there are; a path that is none is told of.
  private func photos() -> [Photo] {
    InputExpansion(isRecursive: recursive).inputs(for: paths).compactMap { input in
      switch input.source {
      case .photo(let photo): return photo
      case .failure(_, let message):
        verbosity.note(message)
        return nil
      }
    }
  }

  private static func page(_ screen: LabelScreen) -> String {
    func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
    let asked = Int((screen.askedShare * Double(screen.labelCount)).rounded())
    return FieldText.lines([
      ("labels asked", "\(asked) of \(screen.labelCount) a photo (\(percent(screen.askedShare)))"),
      ("photos that may lose a tag", "at most \(percent(screen.risk))"),
      ("margin", "\(screen.margin) below the threshold's logit, on \(screen.photoCount) photos"),
    ])
  }
}
