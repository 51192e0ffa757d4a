import ArgumentParser
import RAMKit

/// The root of the command line.
struct RAMKitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ramkit",
    abstract: "Tags photos with the Recognize Anything models, on the CPU.",
    discussion: """
      Exit codes: 0 all done; 1 done, but some photo failed; 64 usage; 65 malformed model, label or \
      other input file; 66 no such input; 70 a fault of ramkit's own; 73 can't write the output; \
      77 no permission; 130 interrupted.

      Environment: RAMKIT_FORCE_IMPLEMENTATION (generic, avx2, avx512, amx, neon), \
      RAMKIT_NUM_THREADS (1 to 1024), RAMKIT_CACHE_DIR.
      """,
    version: ramkitVersion,
    subcommands: [
      TagCommand.self, InfoCommand.self, ConvertCommand.self, LabelsCommand.self, CPUCommand.self,
      BenchCommand.self, EvalCommand.self, CalibrateCommand.self, ScreenCommand.self,
    ])
}
