/// How fast a model is on this machine, and which part of it takes how long: what
/// ``Tagger/benchmark(_:onRun:)`` measures.
///
/// Times and work are a photo's; those of a batch are shared out evenly. Reading, decoding and
/// resizing photos is not in them.
public struct BenchmarkReport: Sendable, Hashable, Codable {
  /// A part of the model: all blocks' attention in a Swin stage, for instance.
  public struct Stage: Sendable, Hashable, Codable {
    /// "stage 3 attention", "decoder layer 1 MLP", ...
    public var name: String

    /// Seconds a photo.
    public var seconds: Double

    /// Work a photo, in thousand million floating-point operations. A multiply-add counts as two;
    /// bias, activation, softmax and LayerNorm count as nothing.
    public var gigaflop: Double

    /// Whether it is done once a label set and kept, instead of once a photo.
    public var isOncePerLabelSet: Bool

    /// The rate, in GFLOP/s.
    public var gigaflopPerSecond: Double { seconds > 0 ? gigaflop / seconds : 0 }
  }

  /// What this CPU does at most, in GFLOP/s: multiply-adds on registers alone, with the very
  /// instruction of the kernel that serves the products, measured between the runs. It is the peak
  /// of the model's precision, against which what runs in float32 all the same is held, too.
  public struct Peak: Sendable, Hashable, Codable {
    /// One thread by itself.
    public var oneThread: Double
    /// As many threads as the model runs on.
    public var allThreads: Double
  }

  /// What ran: sizes, family, precision.
  public var model: ModelDescription

  /// The CPU, the kernels on it, threads.
  public var cpu: CPUDescription

  /// The kernel that serves the products, where nearly all work is.
  public var productKernel: CPUDescription.Kernel

  /// Photos that went through the model together.
  public var batchSize: Int

  /// How many labels were asked for.
  public var labelCount: Int

  /// Seconds a photo of each run, in order.
  public var runSeconds: [Double]

  /// The model's parts, in the order in which they run. The times are those of the median run (the
  /// mean of the middle two, of an even number), so without those that are done once a label set
  /// they add up to ``medianSeconds``.
  public var stages: [Stage]

  /// The CPU's peak.
  public var peak: Peak

  /// How long loading took, in seconds; for a synthetic model, making up the weights included.
  public var loadSeconds: Double

  /// The most memory that this process ever had in RAM, in bytes; 0 where the system does not say.
  public var peakResidentBytes: Int
}

extension BenchmarkReport {
  /// The median of ``runSeconds``.
  public var medianSeconds: Double {
    let sorted = runSeconds.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The fastest run.
  public var minSeconds: Double { runSeconds.min() ?? 0 }

  /// The slowest run.
  public var maxSeconds: Double { runSeconds.max() ?? 0 }

  /// All of the work for a photo whose labels have not been asked for before: 324 GFLOP for an
  /// official RAM with Swin-L.
  public var gigaflop: Double { stages.reduce(0) { $0 + $1.gigaflop } }

  /// What of ``gigaflop`` is done once a label set: 9 GFLOP for an official RAM.
  public var gigaflopPerLabelSet: Double {
    stages.reduce(0) { $0 + ($1.isOncePerLabelSet ? $1.gigaflop : 0) }
  }

  /// The rate in GFLOP/s of what the median run did: without what is done once a label set.
  public var gigaflopPerSecond: Double {
    medianSeconds > 0 ? (gigaflop - gigaflopPerLabelSet) / medianSeconds : 0
  }

  /// The part of the peak, from 0 to about 1, that a rate in GFLOP/s is.
  public func shareOfPeak(_ gigaflopPerSecond: Double) -> Double {
    peak.allThreads > 0 ? gigaflopPerSecond / peak.allThreads : 0
  }
}
