import RAMKit

/// A benchmark's report as JSON, and as a block for people to paste.
enum BenchmarkText {
  static func object(_ report: BenchmarkReport, model: String) -> JSON {
    let share = report.shareOfPeak(report.gigaflopPerSecond)
    return .object([
      ("model", .string(model)),
      ("family", .string(report.model.family.rawValue)),
      ("precision", .string(report.model.precision.rawValue)),
      ("implementation", .string(report.productKernel.implementation)),
      ("productKernel", .string(report.productKernel.symbol)),
      ("cpu", .string(cpuName(report.cpu))),
      ("usableCores", .integer(report.cpu.usableCores)),
      ("threads", .integer(report.cpu.threads)),
      ("threadsBackend", .string(report.cpu.threadsBackend)),
      ("imageSize", .integer(report.model.imageSize)),
      ("parameterCount", .integer(report.model.parameterCount)),
      ("batch", .integer(report.batchSize)),
      ("labels", .integer(report.labelCount)),
      ("runs", .integer(report.runSeconds.count)),
      ("medianSeconds", .double(report.medianSeconds)),
      ("minSeconds", .double(report.minSeconds)),
      ("maxSeconds", .double(report.maxSeconds)),
      ("runSeconds", .array(report.runSeconds.map { .double($0) })),
      ("gigaflop", .double(report.gigaflop)),
      ("gigaflopPerLabelSet", .double(report.gigaflopPerLabelSet)),
      ("gigaflopPerSecond", .double(report.gigaflopPerSecond)),
      ("shareOfPeak", .double(share)),
      ("peakGigaflopPerSecond", .double(report.peak.allThreads)),
      ("peakGigaflopPerSecondOneThread", .double(report.peak.oneThread)),
      ("loadSeconds", .double(report.loadSeconds)),
      ("peakResidentBytes", .integer(report.peakResidentBytes)),
      ("stages", .array(report.stages.map { object($0, report) })),
    ])
  }

  private static func object(_ stage: BenchmarkReport.Stage, _ report: BenchmarkReport) -> JSON {
    .object([
      ("name", .string(stage.name)),
      ("seconds", .double(stage.seconds)),
      ("gigaflop", .double(stage.gigaflop)),
      ("gigaflopPerSecond", .double(stage.gigaflopPerSecond)),
      ("shareOfPeak", .double(report.shareOfPeak(stage.gigaflopPerSecond))),
      ("isOncePerLabelSet", .bool(stage.isOncePerLabelSet)),
    ])
  }

  /// What was measured, then the stages, one a line.
  static func page(_ report: BenchmarkReport, model: String) -> String {
    FieldText.lines(fields(report, model: model)) + "\n" + table(report)
  }

  private static func fields(
    _ report: BenchmarkReport, model: String
  ) -> [(name: String, value: String)] {
    let (description, cpu, kernel) = (report.model, report.cpu, report.productKernel)
    let parameters = fixed(Double(description.parameterCount) / 1e6, 1)
    let batch = report.batchSize == 1 ? "" : ", \(report.batchSize) at a time"
    let once = report.gigaflopPerLabelSet
    let share = percent(report.shareOfPeak(report.gigaflopPerSecond))
    return [
      (
        "model",
        "\(model): \(description.imageSize) px, \(report.labelCount) labels, "
          + "\(parameters) million parameters"
      ),
      (
        "CPU",
        "\(cpuName(cpu)), \(count(cpu.usableCores, "core")), "
          + "\(count(cpu.threads, "thread")) (\(cpu.threadsBackend))"
      ),
      (
        "products", "\(description.precision.rawValue), \(kernel.implementation) (\(kernel.symbol))"
      ),
      (
        "a photo",
        "\(time(report.medianSeconds)) (median of \(count(report.runSeconds.count, "run")), "
          + "\(time(report.minSeconds)) to \(time(report.maxSeconds)))\(batch)"
      ),
      (
        "work",
        "\(fixed(report.gigaflop, 1)) GFLOP"
          + (once > 0 ? ", \(fixed(once, 1)) of it once a label set" : "")
      ),
      (
        "speed",
        "\(fixed(report.gigaflopPerSecond, 1)) GFLOP/s, \(share) of this CPU's peak of "
          + "\(fixed(report.peak.allThreads, 1)) (one thread: \(fixed(report.peak.oneThread, 1)))"
      ),
      ("load", time(report.loadSeconds)),
      ("peak memory", "\(fixed(Double(report.peakResidentBytes) / 1e6, 0)) MB"),
    ]
  }

  private static func table(_ report: BenchmarkReport) -> String {
    let header = ["stage", "ms", "GFLOP", "GFLOP/s", "of peak", "of time"]
    let rows = report.stages.map { stage in
      let hasWork = stage.gigaflop > 0
      let rate = stage.gigaflopPerSecond
      return [
        stage.name, fixed(stage.seconds * 1e3, 2), hasWork ? fixed(stage.gigaflop, 2) : "-",
        hasWork ? fixed(rate, 1) : "-", hasWork ? percent(report.shareOfPeak(rate)) : "-",
        stage.isOncePerLabelSet ? "once" : percent(stage.seconds / report.medianSeconds),
      ]
    }
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.reduce(into: "") { text, row in
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        text += column == 0 ? cell + blanks : "  " + blanks + cell
      }
      text += "\n"
    }
  }

  private static func cpuName(_ cpu: CPUDescription) -> String {
    [cpu.model, cpu.vendor].first { !$0.isEmpty } ?? "unknown"
  }

  private static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }

  private static func percent(_ part: Double) -> String { "\(fixed(part * 100, 1)) %" }

  /// "850 ms", "12.34 s".
  private static func time(_ seconds: Double) -> String {
    seconds < 1 ? "\(fixed(seconds * 1e3, seconds < 0.1 ? 1 : 0)) ms" : "\(fixed(seconds, 2)) s"
  }

  /// With so many decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(units)" }
    let fraction = String(units % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(units / scale).\(zeros)\(fraction)"
  }
}
