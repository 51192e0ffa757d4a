import ArgumentParser
import RAMKit

struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a checkpoint into one self-contained safetensors file.",
    discussion: """
      The file holds the tensors that the model uses, its labels and thresholds, and where it comes \
      from. It appears whole or not at all, and needs no other file beside it.

      With --prepared, the weights lie in it as this CPU's kernels read them: it is mapped and ready at \
      once, and processes that run it at the same time share one copy in memory. Run it in the precision that \
      it was made in, on such a CPU, with this version of RAMKit; keep the original for all else.

      Examples:
        ramkit convert ram_swin_large_14m.pth ram.safetensors
        ramkit convert ram_swin_large_14m.pth ram-bf16.safetensors --precision bfloat16
        ramkit convert --names names.txt --thresholds thresholds.txt mine.pth mine.safetensors
        ramkit convert ram_swin_large_14m.pth ram-here.safetensors --precision bfloat16 --prepared
        ramkit convert --precision int8 --photos ~/Pictures ram_swin_large_14m.pth ram-int8.safetensors
        ramkit convert --precision int8 --mixed --photos ~/Pictures ram_swin_large_14m.pth ram-mixed.safetensors
        ramkit tag --model ram-bf16.safetensors --precision bfloat16 photo.jpg
      """)

  @Option(
    help: """
      What weights are stored as. bfloat16 takes half of the room, int8 a quarter; run in the same \
      precision, the file gives the scores that the original gives in it.
      """)
  var precision: Precision = .float32

  @Flag(
    help: """
      Store weights as this CPU's kernels read them, for one precision: ready at once, shared among \
      processes, of no use to other kernels.
      """)
  var prepared = false

  @OptionGroup var labels: LabelArguments

  @Option(
    help: ArgumentHelp(
      "The side in pixels that photos are to be resized to, if not the model's own.",
      valueName: "n"))
  var imageSize: Int?

  @OptionGroup var decoder: DecoderArguments

  @OptionGroup var comparison: ComparisonArguments

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(
    help: ArgumentHelp(
      "The checkpoint: PyTorch's .pth, .safetensors, or .gguf.", valueName: "in"),
    completion: .file(extensions: ["pth", "safetensors", "gguf"]))
  var input: String

  @Argument(
    help: ArgumentHelp("The safetensors file to be written.", valueName: "out"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  func validate() throws {
    try ModelArguments.checkPositive(imageSize, "--image-size")
    if comparison.mixed, precision != .int8 {
      throw ValidationError("--mixed needs --precision int8.")
    }
  }

  func run() async throws {
    let start = ContinuousClock.now
    let options = ModelOptions(
      labels: try labels.set(), thresholds: try labels.givenThresholds(), precision: precision,
      imageSize: imageSize, decoderHeads: decoder.heads)
    let comparison = try comparison.run(verbosity: verbosity)
    let conversion = try ModelConversion(
      of: ModelArguments.file(input), options: options,
      mixed: try await comparison?.mixedPrecision(of: ModelArguments.file(input), options: options),
      prepared: prepared)
    let bar = ConversionBar(isQuiet: verbosity.quiet)
    defer { bar.clear() }
    let written = try await conversion.write(
      to: ModelArguments.file(output),
      // The file that is no more had a name that comes once.
      temporaryFile: { if let path = $0 { Interruption.shared.add(temporaryFile: path) } },
      progress: bar.draw)
    bar.clear()
    if !conversion.source.roundings.isEmpty {
      let formats = conversion.source.roundings.joined(separator: ", ")
      verbosity.note(
        "the original's numbers have been through \(formats): what that took from them stays lost")
    }
    verbosity.detail(
      "\(written.path): \(written.family.rawValue), \(written.parameterCount) numbers in "
        + "\(precision.rawValue)\(prepared ? ", prepared" : ""); \(conversion.omittedTensors.count) tensors of no use left out; "
        + "\((ContinuousClock.now - start).milliseconds)")
    guard let comparison else { return }
    let status = try await comparison.run(
      original: ModelArguments.file(input), converted: ModelArguments.file(output),
      options: options)
    throw ExitCode(status.rawValue)
  }
}
