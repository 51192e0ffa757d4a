/// What each operation counts as, in floating-point operations: the one place where work is
/// counted.
///
/// A multiply-add counts as two. Products count, attention's two products among them, and
/// convolutions; what is linear in the numbers that go in and out counts as nothing: bias,
/// residual, activation, softmax, LayerNorm, means. So a rate compares with what a CPU's
/// multiply-add units can do at most.
package enum Work {
  /// [rows, inputs] times weights [outputs, inputs].
  package static func product(rows: Int, outputs: Int, inputs: Int) -> Int {
    2 * rows * outputs * inputs
  }

  /// Window attention without its projections: each token against the window² tokens of its window,
  /// scores and sums.
  package static func windowAttention(tokens: Int, window: Int, channels: Int) -> Int {
    4 * tokens * window * window * channels
  }

  /// Cross-attention without its projections: each query against each token, scores and sums.
  package static func crossAttention(queries: Int, tokens: Int, channels: Int) -> Int {
    4 * queries * tokens * channels
  }

  /// One filter of kernel² numbers a channel at each position that comes out.
  package static func depthwiseConvolution(positions: Int, channels: Int, kernel: Int) -> Int {
    2 * positions * channels * kernel * kernel
  }

  /// RAM++'s re-weighting: each description's similarity to a photo, and its part in a sum.
  package static func reweighting(labels: Int, descriptions: Int, width: Int) -> Int {
    4 * labels * descriptions * width
  }
}
