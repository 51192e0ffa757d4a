import ArgumentParser
import RAMKit
import RAMKitNano

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast a model is on this machine, stage by stage.",
    discussion: """
      Photos are noise; reading, decoding and resizing are not measured. Two runs warm up before \
      those that count. The peak is what this CPU does at most with the instruction that serves the \
      products, measured between the runs. A multiply-add counts as two operations.

      Synthetic models have an official checkpoint's sizes and made-up weights: \
      \(SyntheticModel.allCases.map(\.name).joined(separator: ", ")).

      Examples:
        ramkit bench
        ramkit bench --model synthetic:ram-swin-l --precision bfloat16
        ramkit bench --model synthetic:ram-swin-l --labels-count 100 --runs 20 --json
        ramkit bench --model ram_swin_large_14m.pth --threads 4 --batch 8
        RAMKIT_FORCE_IMPLEMENTATION=avx2 ramkit bench --model synthetic:ram-swin-l
      """)

  @Option(
    help: ArgumentHelp(
      "A checkpoint, or synthetic:NAME. Without it: RAM-nano, which is built in.",
      valueName: "path or name"),
    completion: .file(extensions: ["pth", "safetensors", "gguf"]),
    transform: BenchModel.init(argument:))
  var model: BenchModel = .nano

  @Option(help: "The number format that weights are kept and multiplied in.")
  var precision: Precision = .float32

  @Option(
    help: ArgumentHelp(
      "Threads. Default: RAMKIT_NUM_THREADS, OMP_NUM_THREADS, or the physical cores.",
      valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Photos that go through the model together.", valueName: "n"))
  var batch = 1

  @Option(
    help: ArgumentHelp(
      "Ask for the first n labels. A synthetic model can have more than the official one.",
      valueName: "n"))
  var labelsCount: Int?

  @Option(help: ArgumentHelp("Runs that count.", valueName: "n"))
  var runs = 5

  @Flag(help: "Write a JSON object; times are seconds a photo.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    try ModelArguments.checkPositive(threads, "--threads")
    try ModelArguments.checkPositive(batch, "--batch")
    try ModelArguments.checkPositive(labelsCount, "--labels-count")
    try ModelArguments.checkPositive(runs, "--runs")
  }

  func run() async throws {
    let sink = OutputSink()
    let tagger = try await model.load(
      labelCount: labelsCount, options: ModelOptions(precision: precision, threads: threads))
    verbosity.detail("\(model.name) loaded in \(tagger.loadDuration.milliseconds)")
    let progress = BenchProgress(runs: runs, isQuiet: verbosity.quiet)
    let report = try await tagger.benchmark(
      BenchmarkOptions(batchSize: batch, labelCount: labelsCount, runs: runs),
      onRun: progress.advance)
    progress.clear()
    try sink.write(
      json
        ? BenchmarkText.object(report, model: model.name).page + "\n"
        : BenchmarkText.page(report, model: model.name))
  }
}

/// What `--model` of `ramkit bench` can be.
enum BenchModel {
  case nano
  case checkpoint(String)
  case synthetic(SyntheticModel)

  init(argument: String) throws {
    guard argument.hasPrefix("synthetic:") else {
      self = .checkpoint(argument)
      return
    }
    guard let model = SyntheticModel.allCases.first(where: { $0.name == argument }) else {
      let names = SyntheticModel.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no '\(argument)'. The synthetic models are \(names).")
    }
    self = .synthetic(model)
  }

  /// What it was called on the command line.
  var name: String {
    switch self {
    case .nano: "ram-nano"
    case .checkpoint(let path): path
    case .synthetic(let model): model.name
    }
  }

  /// Loads it. The names of labels do not matter here, so a checkpoint can be without.
  func load(labelCount: Int?, options: ModelOptions) async throws(RAMKitError) -> Tagger {
    switch self {
    case .nano:
      return try await Tagger.nano(options: options)
    case .synthetic(let model):
      return try await Tagger(synthetic: model, labelCount: labelCount, options: options)
    case .checkpoint(let path):
      let url = ModelArguments.file(path)
      let description = try ModelDescription(contentsOf: url, options: options)
      var options = options
      if description.labels == nil, description.labelCount > 0 {
        options.labels = try LabelSet(numbered: description.labelCount)
      }
      return try await Tagger(contentsOf: url, options: options)
    }
  }
}
