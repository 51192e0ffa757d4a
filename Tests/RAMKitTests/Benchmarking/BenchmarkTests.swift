import RAMKit
import Testing

@Suite struct BenchmarkTests {
  /// Odd numbers of runs have one in the middle, even ones two.
  @Test(arguments: [(1, 1), (4, 3), (5, 2)])
  func stagesAddUpToTheWhole(runs: Int, batch: Int) async throws {
    let tagger = try await TinyModel.tagger()
    let report = try await tagger.benchmark(.init(batchSize: batch, runs: runs))
    #expect(report.runSeconds.count == runs)
    #expect(report.runSeconds.allSatisfy { $0 > 0 })
    #expect(report.minSeconds <= report.medianSeconds)
    #expect(report.medianSeconds <= report.maxSeconds)

    let inEachRun = report.stages.filter { !$0.isOncePerLabelSet }
    let sum = inEachRun.reduce(0) { $0 + $1.seconds }
    #expect(abs(sum - report.medianSeconds) < 1e-9 * report.medianSeconds)
    #expect(report.stages.allSatisfy { $0.seconds >= 0 })

    let work = TinyModel.ramArithmetic
    #expect(abs(report.gigaflop - Double(work.whole) / 1e9) < 1e-12)
    #expect(abs(report.gigaflopPerLabelSet - Double(work.labelWork) / 1e9) < 1e-12)
    let rate = (report.gigaflop - report.gigaflopPerLabelSet) / report.medianSeconds
    #expect(abs(report.gigaflopPerSecond - rate) < 1e-9 * rate)
  }

  @Test func stagesAreTheModelsParts() async throws {
    let report = try await TinyModel.tagger().benchmark(.init(runs: 1))
    #expect(
      report.stages.map(\.name) == [
        "patch embedding", "stage 1 attention", "stage 1 MLP", "stage 1 merging",
        "stage 2 attention", "stage 2 MLP", "final norm and mean", "image projection",
        "label queries", "keys and values", "decoder layer 1 attention", "decoder layer 1 MLP",
        "decoder layer 2 attention", "decoder layer 2 MLP", "classifier",
      ])
    #expect(report.stages.filter(\.isOncePerLabelSet).map(\.name) == ["label queries"])
    #expect(
      report.stages.filter { $0.gigaflop == 0 }.map(\.name) == ["final norm and mean"])
    // Attention in a stage of 16 tokens and 16 channels, two blocks: qkv, scores and sums, output.
    let tokens = 16, channels = 16
    let attention = try #require(report.stages.first { $0.name == "stage 2 attention" })
    let flop = 2 * 2 * tokens * (4 * channels * channels + 2 * 16 * channels)
    #expect(abs(attention.gigaflop - Double(flop) / 1e9) < 1e-12)
  }

  /// RAM++ makes its queries anew for each photo.
  @Test func ramPlusDoesNothingOnce() async throws {
    let report = try await TinyModel.tagger(TinyModel.ramPlus).benchmark(
      .init(batchSize: 2, runs: 1))
    #expect(report.labelCount == TinyModel.labels)
    #expect(report.gigaflopPerLabelSet == 0)
    var work = TinyModel.ramArithmetic
    work.embedding = 12
    let reweighting = 4 * 3 * work.labels * work.embedding
    #expect(abs(report.gigaflop - Double(work.whole + reweighting) / 1e9) < 1e-12)
    let stage = try #require(report.stages.first { $0.name == "description weights" })
    #expect(abs(stage.gigaflop - Double(reweighting) / 1e9) < 1e-12)
    #expect(report.stages.contains { $0.name == "label queries" })
  }

  @Test func tag2TextProjectsNoTokens() async throws {
    let report = try await TinyModel.tagger(TinyModel.tag2Text).benchmark(.init(runs: 1))
    #expect(report.labelCount == TinyModel.labels)
    let names = report.stages.map(\.name)
    #expect(!names.contains("image projection"))
    #expect(names.last == "classifier")
    #expect(report.stages.filter(\.isOncePerLabelSet).map(\.name) == ["label queries"])
    let classifier = try #require(report.stages.last)
    #expect(abs(classifier.gigaflop - Double(2 * TinyModel.labels * 16) / 1e9) < 1e-12)
    // As RAM without projections, on tokens of the encoder's width.
    var work = TinyModel.ramArithmetic
    work.memory = 16
    let queries = 2 * work.labels * work.width * work.width
    #expect(abs(report.gigaflop - Double(work.encoder + work.decoder + queries) / 1e9) < 1e-12)
  }

  @Test func saysWhatRanOnWhat() async throws {
    let tagger = try await TinyModel.tagger(options: .init(precision: .bfloat16, threads: 2))
    let report = try await tagger.benchmark(.init(labelCount: 5, runs: 2))
    #expect(report.labelCount == 5)
    #expect(report.batchSize == 1)
    #expect(report.model.path == "tiny")
    #expect(report.model.precision == .bfloat16)
    #expect(report.cpu.threads == 2)
    #expect(report.productKernel.operation == "gemm")
    #expect(report.productKernel.precision == "bfloat16")
    #expect(report.productKernel.isServing)
    #expect(report.peak.oneThread > 0 && report.peak.allThreads > 0)
    #expect(report.loadSeconds > 0)
    // This process has held at least its own code.
    #expect(report.peakResidentBytes > 1 << 20)
    var fewer = TinyModel.ramArithmetic
    fewer.labels = 5
    #expect(abs(report.gigaflop - Double(fewer.whole) / 1e9) < 1e-12)
  }

  /// A tagger that has answered before has its label-only work done; it is measured all the same.
  @Test func whatWasDoneBeforeDoesNotMatter() async throws {
    let tagger = try await TinyModel.tagger()
    let first = try await tagger.benchmark(.init(runs: 1))
    let second = try await tagger.benchmark(.init(runs: 1))
    #expect(second.stages.map(\.name) == first.stages.map(\.name))
    #expect(second.gigaflop == first.gigaflop)
  }

  @Test func runsAreCounted() async throws {
    let (numbers, continuation) = AsyncStream.makeStream(of: Int.self)
    _ = try await TinyModel.tagger().benchmark(.init(runs: 3)) { continuation.yield($0) }
    continuation.finish()
    var seen: [Int] = []
    for await number in numbers { seen.append(number) }
    #expect(seen == [1, 2, 3])
  }

  @Test(arguments: [
    BenchmarkOptions(batchSize: 0), .init(batchSize: 1025), .init(labelCount: 0),
    .init(labelCount: TinyModel.labels + 1), .init(runs: 0), .init(runs: 100_001),
  ])
  func optionsOutOfRangeAreRefused(_ options: BenchmarkOptions) async throws {
    let tagger = try await TinyModel.tagger()
    let error = await #expect(throws: RAMKitError.self) { try await tagger.benchmark(options) }
    #expect(error?.code == "invalidOption")
  }

  @Test func aCancelledBenchmarkEnds() async throws {
    let tagger = try await TinyModel.tagger()
    let (started, continuation) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await tagger.benchmark(.init(runs: 100_000)) { _ in continuation.yield() }
    }
    for await _ in started { break }
    task.cancel()
    await #expect(throws: RAMKitError.cancelled) { try await task.value }
  }

  @Test func theMedianOfRuns() async throws {
    var report = try await TinyModel.tagger().benchmark(.init(runs: 1))
    for (seconds, median) in [([2.0], 2.0), ([3, 1], 2), ([5, 1, 2], 2), ([4, 1, 2, 3], 2.5)] {
      report.runSeconds = seconds
      #expect(report.medianSeconds == median)
    }
  }
}
