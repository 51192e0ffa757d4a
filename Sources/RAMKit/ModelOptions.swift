/// How a checkpoint is loaded.
public struct ModelOptions: Sendable {
  /// Names and thresholds for the checkpoint's own queries, in their order. Nil for those that the
  /// checkpoint is known by: the official 4,585 labels of RAM.
  public var labels: LabelSet?

  /// The number format to run in.
  public var precision: Precision

  /// Pixels along a side of the square that photos are resized to. Nil for what the checkpoint was
  /// trained at; another size has to divide into its patches and windows.
  public var imageSize: Int?

  /// Threads for the kernels. Nil for `RAMKIT_NUM_THREADS`, then `OMP_NUM_THREADS`, then the
  /// physical cores that the process may use.
  public var threads: Int?

  /// Everything as the checkpoint has it, on all cores.
  public init(
    labels: LabelSet? = nil, precision: Precision = .float32, imageSize: Int? = nil,
    threads: Int? = nil
  ) {
    self.labels = labels
    self.precision = precision
    self.imageSize = imageSize
    self.threads = threads
  }

  func checkedThreads() throws(RAMKitError) -> Int? {
    if let threads, !(1...1024).contains(threads) {
      throw .invalidOption(name: "threads", reason: "\(threads) is not in 1...1024")
    }
    return threads
  }

  /// The labels of a checkpoint with `count` queries.
  func labels(count: Int, path: String) throws(RAMKitError) -> [Label] {
    if let labels = labels?.labels {
      guard labels.count == count else {
        throw .mismatchedLabels(
          reason: "\(labels.count) labels were given, but '\(path)' carries \(count) queries")
      }
      return labels
    }
    let official = try LabelSet.ram().labels
    guard official.count == count else {
      throw .mismatchedLabels(
        reason: "'\(path)' carries \(count) queries without names, and not the official "
          + "\(official.count); give the names, one for each query and in their order")
    }
    return official
  }
}
