import ArgumentParser
import Records

struct UpdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Make results the thresholds of their CPU.",
    discussion: "Thresholds of what was not measured stay as they are.")

  @Argument(help: "The file of results.")
  var results: String

  @Option(help: "The folder of thresholds, a file a family of CPUs.")
  var thresholds = "Thresholds"

  @Option(help: "The CPU's name for readers, where it says too little of itself.")
  var cpu: String?

  func run() throws {
    let folder = ThresholdFolder(path: thresholds)
    for (cpu, records) in try Thresholds.groups(of: RecordFile(path: results)) {
      var thresholds = try folder.read(cpu) ?? Thresholds(cpu: cpu.name)
      if let name = self.cpu { thresholds.cpu = name }
      thresholds.update(records)
      try folder.write(thresholds, for: cpu)
      print("\(folder.path(of: cpu)): \(records.count) of \(thresholds.percent.count) are new")
    }
  }
}
