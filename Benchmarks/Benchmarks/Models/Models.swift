import Benchmark
import RAMKit
import RAMKitNano
import Records

/// Whole models on all cores, photo by photo: the official sizes with made-up weights, and RAM-nano.
let benchmarks: @Sendable () -> Void = {
  for precision in Precision.allCases {
    for model in SyntheticModel.allCases {
      register(model.rawValue, precision) { options throws(RAMKitError) in
        try await Tagger(synthetic: model, options: options)
      }
    }
    register("ram-nano", precision) { options throws(RAMKitError) in
      try await Tagger.nano(options: options)
    }
  }
}

private let time = BenchmarkMetric.custom("µs a photo", useScalingFactor: false)
private let speed = BenchmarkMetric.custom("FLOP/s", polarity: .prefersLarger)
private let share = BenchmarkMetric.custom(
  "% of multiply-add peak", polarity: .prefersLarger, useScalingFactor: false)

/// `Tagger.benchmark` warms up, repeats and measures the peak itself, so it is called once.
private func register(
  _ model: String, _ precision: Precision,
  load: @escaping @Sendable (ModelOptions) async throws(RAMKitError) -> Tagger
) {
  let configuration = Benchmark.Configuration(
    metrics: [time, speed, share], warmupIterations: 0, maxIterations: 1)
  Benchmark("model \(model) \(precision)", configuration: configuration) { benchmark in
    let tagger = try await load(ModelOptions(precision: precision))
    let report = try await tagger.benchmark(BenchmarkOptions(runs: 9))
    let gigaflop = report.gigaflop - report.gigaflopPerLabelSet
    for seconds in report.runSeconds {
      benchmark.measurement(time, Int(1e6 * seconds))
      benchmark.measurement(speed, Int(1e9 * gigaflop / seconds))
      benchmark.measurement(share, Int((100 * report.shareOfPeak(gigaflop / seconds)).rounded()))
    }
    try record(report, of: model)
  }
}

private func record(_ report: BenchmarkReport, of model: String) throws {
  let gigaflop = report.gigaflop - report.gigaflopPerLabelSet
  try RecordFile.wanted?.append(
    Record(
      cpu: .detected(), date: RecordFile.today, operation: "model",
      shape: "\(model) threads \(report.cpu.threads)",
      precision: report.productKernel.precision,
      implementation: report.productKernel.implementation, flop: Int(1e9 * gigaflop), bytes: 0,
      yardstick: .arithmetic,
      calls: report.runSeconds.map { ($0, 1e9 * report.peak.allThreads) }))
}
