import ArgumentParser
import Records

@main
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Report",
    abstract: "Make something of the results of benchmarks.",
    discussion: """
      A file of results is what \(RecordFile.variable)=FILE swift package benchmark adds to, a line a \
      benchmark; of those of one name the last counts.
      """,
    subcommands: [CheckCommand.self, UpdateCommand.self, RooflineCommand.self])
}
