import ArgumentParser
import Foundation
import RAMKit

struct EvalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure how good a model's tags are on annotated photos.",
    discussion: """
      Mean average precision and macro precision and recall are those of the official evaluator. A photo \
      counts for a label only where its annotation tells whether the label is true. Each figure comes \
      with the interval that 95 % of samples of the photos lie in.

      Annotations are lines of path,tag,tag, where all that is not named is absent, or JSON lines:
        {"vocabulary": "scenes", "labels": ["beach", "forest", "street"]}
        {"path": "a.jpg", "tags": ["dog", "ball"]}
        {"path": "b.jpg", "tags": ["dog"], "absent": ["cat"]}
        {"path": "c.jpg", "tags": ["dog"], "vocabularies": ["scenes"], "answers": {"scenes": "beach"}}

      Examples:
        ramkit eval photos/
        ramkit eval --annotations truth.txt --only classes.txt --threshold 0.86 --at-least photos/
        ramkit eval --model ram_swin_large_14m.pth --html report.html photos/
        ramkit eval --labels scenes.txt --among scenes.txt photos/
        ramkit tag --format jsonl --scores photos/ >scores.jsonl; ramkit eval --scores scores.jsonl photos/
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @OptionGroup var model: ModelArguments

  @OptionGroup var arguments: EvaluationArguments

  @OptionGroup var wanted: LabelRequestArguments

  @Option(
    help: ArgumentHelp(
      "One threshold, in 0...1, for all labels, instead of their own.", valueName: "x"))
  var threshold: Float?

  @Flag(help: "A score at its threshold makes a tag, as in the official batch_inference.py.")
  var atLeast = false

  @Option(
    help: ArgumentHelp("Ranks for recall and precision at k, separated by commas.", valueName: "k"),
    transform: EvalCommand.ranks)
  var k: [Int] = [5, 10]

  @Option(
    help: ArgumentHelp(
      "Labels, one a line, of which each photo has one: how often is it the first? Can be repeated.",
      valueName: "file"),
    completion: .file())
  var among: [String] = []

  @Option(help: ArgumentHelp("Samples for intervals; 0 for none.", valueName: "n"))
  var bootstrap = 1_000

  @Option(help: ArgumentHelp("Decides the samples.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: "How figures are written.")
  var format: Format = .text

  @Option(
    help: ArgumentHelp(
      "Write a page for a browser, too: curves, a table of labels, the worst mistakes as pictures.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file, which appears whole or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    if let threshold, !(0...1).contains(threshold) {
      throw ValidationError("--threshold has to be in 0...1.")
    }
    if wanted.isGiven, arguments.only != nil || arguments.scores != nil {
      throw ValidationError("--label and --labels can't be had together with --only or --scores.")
    }
    if bootstrap < 0 { throw ValidationError("--bootstrap has to be 0 or more.") }
  }

  func run() async throws {
    let sink = try output.map { path throws(RAMKitError) in try OutputSink(path: path) }
    let page = try html.map { path throws(RAMKitError) in try OutputSink(path: path) }
    let run = EvaluationRun(
      model: model, arguments: arguments, wanted: wanted, verbosity: verbosity)
    let (labels, evaluation) = try await run.run(options: options, choices: try choices())
    let report = evaluation.report()
    if let page {
      let name = model.model.map { ModelArguments.file($0).lastPathComponent } ?? labels.name
      try page.write(report.html(title: name, photosIn: arguments.folderURL))
      try page.finish()
    }
    let out = sink ?? OutputSink()
    switch format {
    case .text: try out.write(EvaluationText.page(report))
    case .json: try out.write(EvaluationObject.object(report).page + "\n")
    }
    try out.finish()
    throw ExitCode(EvaluationRun.status(of: evaluation).rawValue)
  }

  private var options: EvaluationOptions {
    EvaluationOptions(
      tagging: TaggingOptions(
        preparation: arguments.preparation, threshold: threshold,
        // A label that is asked for by name is asked for.
        includesOmittedLabels: arguments.includeOmitted || wanted.isGiven,
        batchSize: arguments.batch),
      rule: atLeast ? .atLeast : .above, ranks: k, bootstrapSamples: bootstrap, seed: seed)
  }

  private func choices() throws(RAMKitError) -> [Annotations.Vocabulary] {
    var choices: [Annotations.Vocabulary] = []
    for path in among {
      let file = ModelArguments.file(path)
      choices.append(
        Annotations.Vocabulary(
          name: file.deletingPathExtension().lastPathComponent,
          labels: try LabelSet.names(contentsOf: file)))
    }
    return choices
  }

  static func ranks(_ argument: String) throws -> [Int] {
    let ranks = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !ranks.contains(where: { !(1...10_000).contains($0 ?? 0) }) else {
      throw ValidationError("--k takes whole numbers in 1...10000, separated by commas.")
    }
    return ranks.compactMap(\.self)
  }
}
