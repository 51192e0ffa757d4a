import ArgumentParser
import Foundation
import RAMKit

struct CalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Choose a model's thresholds on annotated photos, and write them into a label set.",
    discussion: """
      The figures that are printed are of photos that the thresholds were not chosen on: each fold is \
      tagged with thresholds of the others. Labels with too few photos share the threshold of their kind, \
      or of all labels. The label set says how many photos each threshold rests on. Annotations are those \
      of `ramkit eval`.

      Examples:
        ramkit calibrate --target-precision 0.8 --output labels.json photos/
        ramkit calibrate --best-f1 --target-precision 0.7 --output labels.json photos/
        ramkit calibrate --best-f1 --closed-upward --scores scores.jsonl --output labels.json photos/
        ramkit tag --names labels.json photo.jpg
      """)

  @OptionGroup var model: ModelArguments

  @OptionGroup var arguments: EvaluationArguments

  @Option(
    help: ArgumentHelp(
      "As many tags as leave this share of them true, label by label.", valueName: "x"))
  var targetPrecision: Double?

  @Flag(
    name: .customLong("best-f1"),
    help: "The best F1 of each label; with --target-precision, as far as that is kept.")
  var bestF1 = false

  @Option(help: ArgumentHelp("Folds of photos.", valueName: "n"))
  var folds = 5

  @Option(
    help: ArgumentHelp(
      "Photos with a label, and without, that a threshold of its own takes.", valueName: "n"))
  var minimumPositives = 5

  @Option(
    help: ArgumentHelp(
      "How many photos with a label those of all labels of its kind count for, beside its own.",
      valueName: "n"))
  var pooledPositives = 0.0

  @Option(
    help: ArgumentHelp(
      "The share of photos that a label is taken to be on at most: where more have it, each counts less.",
      valueName: "x"))
  var maximumShare = 1.0

  @Flag(help: "Let no threshold be below that of a label above, so that tags bring those along.")
  var closedUpward = false

  @Option(help: ArgumentHelp("Decides who is in which fold.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(help: "Write the figures as a JSON object.")
  var json = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The label-set file to be written; it appears whole or not at all.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var output: String

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    guard targetPrecision != nil || bestF1 else {
      throw ValidationError("Give --target-precision, --best-f1, or both.")
    }
    if let targetPrecision, !(targetPrecision > 0 && targetPrecision < 1) {
      throw ValidationError("--target-precision has to be between 0 and 1.")
    }
    if folds < 2 { throw ValidationError("--folds has to be 2 or more.") }
    try ModelArguments.checkPositive(minimumPositives, "--minimum-positives")
    guard pooledPositives >= 0, pooledPositives.isFinite else {
      throw ValidationError("--pooled-positives has to be 0 or more.")
    }
    guard maximumShare > 0, maximumShare <= 1 else {
      throw ValidationError("--maximum-share has to be above 0, and up to 1.")
    }
    if arguments.only != nil {
      throw ValidationError("A label set has all labels of its model: leave --only out.")
    }
  }

  private var goal: Calibration.Goal {
    guard let targetPrecision else { return .bestF1 }
    return bestF1 ? .bestF1WithPrecision(targetPrecision) : .precision(targetPrecision)
  }

  func run() async throws {
    let sink = try OutputSink(path: output)
    let options = EvaluationOptions(
      tagging: TaggingOptions(
        preparation: arguments.preparation, includesOmittedLabels: arguments.includeOmitted,
        batchSize: arguments.batch), ranks: [], bootstrapSamples: 0)
    let (labels, evaluation) = try await EvaluationRun(
      model: model, arguments: arguments, wanted: nil, verbosity: verbosity
    ).run(options: options)
    let calibration = try Calibration(
      evaluation,
      options: Calibration.Options(
        goal: goal, folds: folds,
        minimumPositives: minimumPositives, pooledPositives: pooledPositives,
        maximumShare: maximumShare, closesUpward: closedUpward, seed: seed))
    let calibrated = try calibration.calibrated(labels)
    let source = CalibrationText.source(
      labels.source, calibration.options, photos: evaluation.photoCount)
    let set = try LabelSet(
      name: labels.name, source: source, identity: labels.identity, labels: calibrated.labels)
    try sink.write(String(decoding: try set.jsonData(), as: UTF8.self))
    try sink.finish()
    let text =
      json
      ? CalibrationText.object(calibration, set, photos: evaluation.photoCount).page + "\n"
      : CalibrationText.page(calibration, set, photos: evaluation.photoCount)
    try OutputSink().write(text)
    throw ExitCode(EvaluationRun.status(of: evaluation).rawValue)
  }
}
