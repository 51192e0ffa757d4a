/// How a checkpoint is loaded.
public struct ModelOptions: Sendable {
  /// Names and thresholds for the checkpoint's own queries, in their order. Nil for those that the
  /// file carries, else those that the checkpoint is known by: the official 4,585 labels of RAM and RAM++, or 3,429
  /// of Tag2Text.
  public var labels: LabelSet?

  /// Thresholds in place of the labels' own, one for each in their order; nil for those.
  public var thresholds: [Float]?

  /// The number format to run in.
  public var precision: Precision

  /// Pixels along a side of the square that photos are resized to. Nil for what the file says, else
  /// what the checkpoint's sizes say it was trained at; another size has to divide into its patches and windows.
  public var imageSize: Int?

  /// Attention heads of the recognition decoder, which no tensor's shape tells. Nil for what a file
  /// that RAMKit converted says, else a `config.json` beside the file
  /// (`q2l_config.num_attention_heads`), else the 4 of every official checkpoint.
  public var decoderHeads: Int?

  /// Threads for the kernels. Nil for `RAMKIT_NUM_THREADS` (1 to 1024, else it is an error), then
  /// `OMP_NUM_THREADS`, then the physical cores that the process may use.
  public var threads: Int?

  /// Whether the decoder does its projections to a photo's tokens: the same logits, but for rounding. Nil where
  /// that is less work.
  package var foldsAttention: Bool?

  /// Everything as the checkpoint has it, on all cores.
  public init(
    labels: LabelSet? = nil, thresholds: [Float]? = nil, precision: Precision = .float32,
    imageSize: Int? = nil, decoderHeads: Int? = nil, threads: Int? = nil
  ) {
    self.labels = labels
    self.thresholds = thresholds
    self.precision = precision
    self.imageSize = imageSize
    self.decoderHeads = decoderHeads
    self.threads = threads
  }

  func checkedThreads() throws(RAMKitError) -> Int? {
    if let threads, !(1...1024).contains(threads) {
      throw .invalidOption(name: "threads", reason: "\(threads) is not in 1...1024")
    }
    return threads
  }
}
