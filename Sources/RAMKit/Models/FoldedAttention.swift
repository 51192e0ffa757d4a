/// A decoder layer's cross-attention to a photo's tokens, whose mean comes first, with the layer's own
/// projections done to the tokens: they are fewer than the labels.
///
/// The official layer projects each label's state to a query, compares it with the keys of each head, sums
/// values, and projects the sum: x Wq · kᵀ, and p · v Wo. Here Wq goes into the keys and Wo into the values,
/// once a photo; a label's two products are then as long as the tokens of all heads are many. What is
/// linear in tokens holds for their mean: its score is the mean of theirs, and what it adds is as much of
/// each, so that it takes no product at all.
struct FoldedAttention: Sendable {
  private let heads: Int
  private let precision: Precision
  /// Of each head, the queries' weights [width, width of a head]; none where queries come projected.
  private let queries: [PreparedMatrix]
  private let queryBias: Matrix?
  /// Of each head, the outputs' weights [width, width of a head].
  private let outputs: [PreparedMatrix]

  /// Nil where a projection's weights are bytes, which are multiplied at twice the rate.
  ///
  /// - Parameters:
  ///   - query: what makes queries of states, or nil where those that come are queries.
  ///   - output: what is done to the sums of values.
  init?(
    query: Linear?, output: Linear, heads: Int, compute: ComputeContext
  ) throws(RAMKitError) {
    precision = output.weights.precision
    guard precision == precision.ofAttention, (query?.weights.precision ?? precision) == precision
    else { return nil }
    let width = output.weights.inputs
    let parts = (0..<heads).map { ($0 * width / heads)..<(($0 + 1) * width / heads) }
    let asked = try query?.weights.transposed(compute: compute)
    let made = try output.weights.transposed(compute: compute)
    var (queries, outputs): ([PreparedMatrix], [PreparedMatrix]) = ([], [])
    for part in parts {
      if let asked {
        queries.append(
          try PreparedMatrix(asked.columns(part), precision: precision, compute: compute))
      }
      outputs.append(
        try PreparedMatrix(
          transposing: made.rows(part), precision: precision, compute: compute))
    }
    self.heads = heads
    self.queries = queries
    self.outputs = outputs
    queryBias = query?.bias
  }

  /// Whether folding is less work for each label than projecting: multiply-adds of each projection and
  /// the product beside it, over the width.
  static func saves(heads: Int, tokens: Int, width: Int) -> Bool {
    heads * tokens < width + tokens
  }
}

@ComputeActor
extension FoldedAttention {
  /// A photo's tokens as the attention reads them.
  ///
  /// - Parameters:
  ///   - keys: [1 + tokens, width], the mean token's first.
  ///   - values: [1 + tokens, width]
  func tokens(
    keys: Matrix, values: Matrix, compute: ComputeContext
  ) throws(RAMKitError) -> AttendedTokens {
    let tokens = 1..<keys.rows
    let (keys, values) = (heads(of: keys.rows(tokens)), heads(of: values.rows(tokens)))
    let asked =
      queries.isEmpty ? keys : [try folding(queries, into: keys, compute: compute)]
    return AttendedTokens(
      heads: heads, tokens: tokens.count,
      keys: try asked.map { (keys) throws(RAMKitError) in
        try PreparedMatrix(keys, precision: precision, compute: compute, pool: compute.pool)
      },
      keyBias: try scores(ofBiasFor: keys, compute: compute),
      values: try PreparedMatrix(
        transposing: try folding(outputs, into: values, compute: compute), precision: precision,
        compute: compute, pool: compute.pool))
  }

  private func heads(of matrix: Matrix) -> [Matrix] {
    let width = matrix.columns / heads
    return (0..<heads).map { matrix.columns(($0 * width)..<(($0 + 1) * width)) }
  }

  /// Each head's rows times its weights, [heads · tokens, width].
  private func folding(
    _ weights: [PreparedMatrix], into rows: [Matrix], compute: ComputeContext
  ) throws(RAMKitError) -> Matrix {
    let tokens = rows[0].rows
    let folded = try compute.matrix(rows: heads * tokens, columns: weights[0].outputs)
    for head in 0..<heads {
      try compute.apply(
        Linear(weights: weights[head], bias: nil), to: rows[head],
        into: folded.rows((head * tokens)..<((head + 1) * tokens)))
    }
    return folded
  }

  /// What the bias of queries adds to each head's scores, [heads · tokens].
  private func scores(
    ofBiasFor keys: [Matrix], compute: ComputeContext
  ) throws(RAMKitError) -> Matrix? {
    guard let queryBias else { return nil }
    let tokens = keys[0].rows
    let scores = try compute.matrix(rows: heads * tokens, columns: 1)
    for (head, bias) in heads(of: queryBias).enumerated() {
      try compute.rowDots(
        of: keys[head], and: bias.firstRow(times: tokens),
        into: scores.rows((head * tokens)..<((head + 1) * tokens)))
    }
    return scores
  }
}
