/// What ``Tagger/benchmark(_:onRun:)`` runs.
public struct BenchmarkOptions: Sendable, Hashable {
  /// Photos that go through the model together; 1...1024.
  public var batchSize: Int

  /// How many labels are asked for: the model's first ones. Nil for all.
  public var labelCount: Int?

  /// Runs that count; 1...100,000. Two more come first, which warm up.
  public var runs: Int

  /// One photo at a time, all labels, five runs.
  public init(batchSize: Int = 1, labelCount: Int? = nil, runs: Int = 5) {
    self.batchSize = batchSize
    self.labelCount = labelCount
    self.runs = runs
  }

  func validate(labels: Int) throws(RAMKitError) {
    guard (1...1024).contains(batchSize) else {
      throw .invalidOption(name: "batch size", reason: "\(batchSize) is not in 1...1024")
    }
    guard (1...100_000).contains(runs) else {
      throw .invalidOption(name: "number of runs", reason: "\(runs) is not in 1...100000")
    }
    if let labelCount, !(1...max(1, labels)).contains(labelCount) {
      throw .invalidOption(
        name: "number of labels", reason: "\(labelCount) is not in 1...\(labels), the model's own")
    }
  }
}
