import ArgumentParser
import RAMKit

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show what a checkpoint holds, without loading its weights.",
    discussion: """
      Ends with exit code 65 if tensors are missing, have a wrong shape, can't be read, or are prepared for \
      other kernels.

      Examples:
        ramkit info ram_swin_large_14m.pth
        ramkit info model.safetensors --json
      """)

  @Flag(help: "Write a JSON object.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(
    help: ArgumentHelp(
      "The checkpoint: .safetensors, PyTorch's .pth, or .gguf.", valueName: "model"),
    completion: .file(extensions: ["pth", "safetensors", "gguf"]))
  var model: String

  func run() throws {
    let description = try ModelDescription(contentsOf: ModelArguments.file(model))
    let text = json ? ModelText.object(description).page + "\n" : ModelText.lines(description)
    try OutputSink().write(text)
    if !description.isComplete {
      verbosity.note(
        "'\(model)' can't be run: tensors are missing, have a wrong shape, can't be read, or are "
          + "prepared for other kernels")
      throw ExitCode(ExitStatus.malformedInput.rawValue)
    }
  }
}
