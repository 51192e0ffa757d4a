import ArgumentParser
import Records

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold results against the thresholds of their CPU.",
    discussion: """
      Exits with 1 where a share of the yardstick fell below its threshold by more than what runs differ in, or \
      where there is no threshold to hold a result against.
      """)

  @Argument(help: "The file of results.")
  var results: String

  @Option(help: "The folder of thresholds, a file a family of CPUs.")
  var thresholds = "Thresholds"

  func run() throws {
    let folder = ThresholdFolder(path: thresholds)
    var isFine = true
    for (cpu, records) in try Thresholds.groups(of: RecordFile(path: results)) {
      guard let thresholds = try folder.read(cpu) else {
        throw ReportError(
          "no thresholds for \(cpu.name): \(folder.path(of: cpu)) is not there. "
            + "'Report update \(results)' makes it.")
      }
      let verdict = thresholds.judge(records)
      print(verdict.text(cpu: cpu, date: thresholds.date))
      isFine = isFine && verdict.isFine
    }
    if !isFine { throw ExitCode.failure }
  }
}
