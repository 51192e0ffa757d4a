import ArgumentParser
import RAMKit

struct CPUCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpu",
    abstract: "Show the CPU, and which implementation serves each operation on it.",
    discussion: """
      Examples:
        ramkit cpu
        ramkit cpu --verbose
        RAMKIT_FORCE_IMPLEMENTATION=generic ramkit cpu --json
      """)

  @Flag(help: "Write a JSON object.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    let cpu = try CPUDescription()
    try OutputSink().write(json ? CPUText.object(cpu).page + "\n" : CPUText.lines(cpu))
    for kernel in cpu.kernels where !kernel.isServing {
      verbosity.detail(
        "\(kernel.operation) \(kernel.precision) \(kernel.implementation): \(kernel.reason)")
    }
  }
}
