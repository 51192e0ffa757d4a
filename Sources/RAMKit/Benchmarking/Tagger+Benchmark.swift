import CRAMKernels

extension Tagger {
  /// Measures how fast the model is on this machine, stage by stage.
  ///
  /// ```swift
  /// let tagger = try await Tagger(synthetic: .ramSwinL)
  /// let report = try await tagger.benchmark()
  /// print(report.medianSeconds, report.shareOfPeak(report.gigaflopPerSecond))
  /// ```
  ///
  /// Photos are noise, as fast or slow as any. Two runs warm up, the first of them with labels that
  /// the model has not been asked for; the runs that count ask for the same labels again. Run it alone: whatever else the
  /// machine does, other taggers of this process among it, is measured along.
  ///
  /// - Parameters:
  ///   - options: batch size, labels, runs.
  ///   - onRun: called after each run that counts, with how many there have been.
  /// - Throws: ``RAMKitError/invalidOption(name:reason:)``, or ``RAMKitError/cancelled`` soon after
  ///   the task was cancelled.
  /// - Complexity: runs + 2 times a batch, and 30 ms a run for the CPU's peak.
  public func benchmark(
    _ options: BenchmarkOptions = .init(), onRun: (@Sendable (Int) -> Void)? = nil
  ) async throws(RAMKitError) -> BenchmarkReport {
    try options.validate(labels: labels.labels.count)
    let model = implementation
    let asked = Array(0..<(options.labelCount ?? labels.labels.count))
    let photos = try await Self.noise(options.batchSize, for: model)
    let bench = await ModelBench(model, photos: photos)
    // A selection is a set of its own, so its label-only work is done anew.
    let queries = try labels.selecting(asked)
    let warm = try await bench.run(queries)
    _ = try await bench.run(queries)
    var runs: [[StageRecorder.Lap]] = []
    for run in 1...options.runs {
      runs.append(try await bench.run(queries))
      onRun?(run)
    }
    return try await bench.report(
      BenchmarkRuns(warm: warm, counted: runs, batchSize: options.batchSize), labels: asked.count,
      loadDuration: loadDuration)
  }

  /// Photos [batch, 3 · side · side] as bright as normalised ones are.
  private static func noise(
    _ batchSize: Int, for model: any TaggingModel
  ) async throws(RAMKitError) -> Matrix {
    try await ComputeActor.run { () throws(RAMKitError) in
      let photos = try Matrix(rows: batchSize, columns: 3 * model.input.side * model.input.side)
      try ComputeContext.check(
        ramk_fill_uniform(
          model.compute.raw, 1, 0, 2, photos.rows * photos.columns, photos.pointer),
        "making photos up")
      return photos
    }
  }
}

/// Runs a model over and over, and the CPU's peak in between.
@ComputeActor
private final class ModelBench {
  private let model: any TaggingModel
  private let photos: Matrix
  private let onePeak: PeakMeter
  private let allPeak: PeakMeter

  init(_ model: any TaggingModel, photos: Matrix) {
    self.model = model
    self.photos = photos
    let precision = model.description.precision
    onePeak = PeakMeter(model.compute, threads: 1, precision: precision)
    allPeak = PeakMeter(model.compute, threads: model.compute.threads, precision: precision)
  }

  func run(_ labels: LabelQuerySet) throws(RAMKitError) -> [StageRecorder.Lap] {
    try Task.checkRAMKitCancellation()
    try onePeak.measure()
    try allPeak.measure()
    let recorder = StageRecorder(model.compute)
    for tokens in try model.encode(photos, trace: recorder.trace) {
      _ = try model.logits(of: labels, in: tokens, trace: recorder.trace)
    }
    return recorder.finish()
  }

  func report(
    _ runs: BenchmarkRuns, labels: Int, loadDuration: Duration
  ) throws(RAMKitError) -> BenchmarkReport {
    let cpu = try CPUDescription(model.compute)
    let precision = model.description.precision.rawValue
    guard
      let kernel = cpu.kernels.first(where: {
        $0.isServing && $0.operation == "gemm" && $0.precision == precision
      })
    else { throw .internalFault(reason: "no kernel serves products in \(precision)") }
    return BenchmarkReport(
      model: model.description, cpu: cpu, productKernel: kernel, batchSize: runs.batchSize,
      labelCount: labels, runSeconds: runs.seconds, stages: runs.stages,
      peak: .init(oneThread: onePeak.best / 1e9, allThreads: allPeak.best / 1e9),
      loadSeconds: loadDuration / .seconds(1), peakResidentBytes: PeakMemory.residentBytes)
  }
}
