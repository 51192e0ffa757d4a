import ArgumentParser
import RAMKit
import RAMKitCommandInput

struct TagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Tag photos.",
    discussion: """
      Tags are the labels whose score exceeds their threshold, highest first. Results come in the \
      order of the photos; a photo that fails takes its place among them.

      Examples:
        ramkit tag photo.jpg
        ramkit tag --format csv --output tags.csv --recursive ~/Pictures
        ramkit tag --labels my-labels.txt --format json photo.jpg
        ramkit tag --threshold 0.5 --top 10 --label dog --label cat *.jpg
        ramkit tag --model ram_swin_large_14m.pth --format json --scores photo.jpg
        ramkit tag --screen screen.safetensors photo.jpg
        curl -s https://example.org/photo.jpg | ramkit tag -
        ls *.jpg | ramkit tag --jsonl-input --format jsonl
        echo '{"path": "a.jpg", "id": 7}' | ramkit tag --jsonl-input --format jsonl
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, jsonl, csv
  }

  @OptionGroup var model: ModelArguments

  @Option(
    help: ArgumentHelp(
      "One threshold, in 0...1, for all labels, instead of their own.", valueName: "x"))
  var threshold: Float?

  @Flag(help: "Allow tags that the label set omits; --label allows those that it names.")
  var includeOmitted = false

  @Option(help: ArgumentHelp("At most this many tags a photo.", valueName: "n"))
  var top: Int?

  @OptionGroup var wanted: LabelRequestArguments

  @Option(
    help: ArgumentHelp(
      "Ask only about labels that may be tags, as a file of `ramkit screen` tells.",
      valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var screen: String?

  @Option(help: ArgumentHelp("Photos that go through the model together.", valueName: "n"))
  var batch = 1

  @Option(help: "How results are written.")
  var format: Format = .text

  @Flag(help: "Add every label's logit, in the checkpoint's order (json and jsonl).")
  var scores = false

  @Option(
    help: """
      natural: EXIF orientation applied, transparency over white, 16-bit grey scaled; official: as \
      the official scripts, which do none of that.
      """)
  var preparation: ImagePreparation = .natural

  @Flag(help: "Look for photos in the folders of folders, too.")
  var recursive = false

  @Flag(
    help: "Read one path, or one object {\"path\": ..., \"id\": ...}, a line from standard input.")
  var jsonlInput = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file, which appears whole or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(
    help: ArgumentHelp(
      "A photo, a folder, or - for a photo on standard input.", valueName: "path"),
    completion: .file())
  var paths: [String] = []

  func validate() throws {
    switch (jsonlInput, paths.isEmpty) {
    case (true, false): throw ValidationError("--jsonl-input takes the place of paths.")
    case (false, true):
      throw ValidationError("Give a photo, a folder, or - for a photo on standard input.")
    default: break
    }
    if paths.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("Standard input can be read only once: give - once.")
    }
    if let threshold, !(0...1).contains(threshold) {
      throw ValidationError("--threshold has to be in 0...1.")
    }
    try ModelArguments.checkPositive(top, "--top")
    try ModelArguments.checkPositive(batch, "--batch")
    if scores, format == .text || format == .csv {
      throw ValidationError("--scores needs --format json or jsonl.")
    }
    if scores, screen != nil {
      throw ValidationError("--scores asks for every label, and --screen leaves labels out.")
    }
  }

  func run() async throws {
    // The output is opened first: a long run should not end with no place to put its results.
    let sink = try output.map { path throws(RAMKitError) in try OutputSink(path: path) }
    let screen = try screen.map { path throws(RAMKitError) in
      try LabelScreen(contentsOf: ModelArguments.file(path))
    }
    let start = ContinuousClock.now
    let tagger = try await model.load()
    verbosity.detail(Self.summary(of: tagger.model, loadedIn: ContinuousClock.now - start))

    let inputs = jsonlInput ? nil : InputExpansion(isRecursive: recursive).inputs(for: paths)
    if inputs?.isEmpty == true {
      let hint = recursive ? "" : "; --recursive looks into the folders of folders, too"
      verbosity.note("no photos there\(hint)")
    }
    var run = TagRun(
      tagger: tagger, options: options(screen),
      selection: try await wanted.selection(
        in: tagger, model: model, asksAll: scores, top: top),
      format: resultFormat, sink: sink ?? OutputSink(),
      progress: Progress(total: inputs?.count, isQuiet: verbosity.quiet), verbosity: verbosity)
    let queue = inputs.map { InputQueue(ListedPhotos($0)) }
    let status = try await run.run(queue ?? InputQueue(JSONLinesInput(descriptor: 0)))
    throw ExitCode(status.rawValue)
  }

  private func options(_ screen: LabelScreen?) -> TaggingOptions {
    TaggingOptions(
      preparation: preparation, threshold: threshold,
      // A label that is asked for by name is asked for.
      includesOmittedLabels: includeOmitted || wanted.isGiven,
      // With the logits of all labels, the tags are picked from all labels' tags.
      maximumTags: !wanted.isGiven || !scores ? top : nil, keepsLogits: scores, batchSize: batch,
      screen: screen)
  }

  private var resultFormat: any ResultFormat {
    switch format {
    case .text: TextFormat()
    case .json: JSONFormat(isArray: true)
    case .jsonl: JSONFormat(isArray: false)
    case .csv: CSVFormat(hasID: jsonlInput)
    }
  }

  private static func summary(of model: ModelDescription, loadedIn time: Duration) -> String {
    "\(model.family.rawValue), \(model.labelCount) labels, \(model.imageSize) px, "
      + "\(model.precision.rawValue), loaded in \(time.milliseconds)"
  }
}

extension ImagePreparation: ExpressibleByArgument {}
