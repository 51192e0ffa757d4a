import CRAMKernels

// The kernels under Swift names, on matrices whose sizes are known to fit. Each of these runs on
// the compute thread and returns when the numbers are there.

@ComputeActor
extension ComputeContext {
  /// out = norm(activation(input · weightsᵀ + bias + residual)), without the norm where it is nil;
  /// `residual` may be `out`.
  package func apply(
    _ linear: Linear, to input: Matrix, activation: Activation = .none, residual: Matrix? = nil,
    norm: LayerNorm? = nil, into out: Matrix
  ) throws(RAMKitError) {
    guard out.columns == linear.weights.outputs, out.rows == input.rows,
      residual.map({ $0.rows == out.rows && $0.columns == out.columns }) ?? true,
      norm?.fits(out.columns) ?? true
    else { throw .internalFault(reason: "a product's matrices do not fit") }
    var arguments = ramk_gemm_arguments()
    arguments.residual = UnsafePointer(residual?.pointer)
    arguments.residual_stride = residual?.stride ?? 0
    arguments.activation = activation.raw
    arguments.gain = UnsafePointer(norm?.gain.pointer)
    arguments.norm_bias = UnsafePointer(norm?.bias.pointer)
    arguments.epsilon = norm?.epsilon ?? 0
    arguments.out = out.pointer
    arguments.out_stride = out.stride
    try run(linear, on: input, &arguments)
    withExtendedLifetime((residual, norm, out)) {}
  }

  /// out = input · weightsᵀ + bias, rounded to bfloat16.
  package func apply(
    _ linear: Linear, to input: Matrix, into out: Bfloat16Matrix
  ) throws(RAMKitError) {
    guard out.columns == linear.weights.outputs, out.rows == input.rows
    else { throw .internalFault(reason: "a product's matrices do not fit") }
    var arguments = ramk_gemm_arguments()
    arguments.rounded_out = out.pointer
    arguments.out_stride = out.columns
    try run(linear, on: input, &arguments)
    withExtendedLifetime(out) {}
  }

  private func run(
    _ linear: Linear, on input: Matrix, _ arguments: inout ramk_gemm_arguments
  ) throws(RAMKitError) {
    let weights = linear.weights
    guard input.columns == weights.inputs
    else { throw .internalFault(reason: "a product's matrices do not fit") }
    arguments.m = input.rows
    arguments.a = UnsafePointer(input.pointer)
    arguments.a_stride = input.stride
    arguments.weights = weights.pointer
    arguments.bias = UnsafePointer(linear.bias?.pointer)
    let workspace = try workspace(
      ramk_gemm_workspace_size(
        raw, weights.precision.raw, input.rows, weights.outputs, weights.inputs))
    try Self.check(
      ramk_gemm(
        raw, weights.precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "product")
    work &+= Work.product(rows: input.rows, outputs: weights.outputs, inputs: weights.inputs)
    withExtendedLifetime((linear, input)) {}
  }

  /// out = norm(network(input) + residual), without the norm where it is nil; `input`, `residual` and
  /// `out` may be the same.
  package func apply(
    _ network: FeedForward, to input: Matrix, residual: Matrix, norm: LayerNorm? = nil,
    into out: Matrix
  ) throws(RAMKitError) {
    let (up, down) = (network.expansion, network.contraction)
    let precision = up.weights.precision
    guard precision == down.weights.precision, input.columns == up.weights.inputs,
      down.weights.inputs == up.weights.outputs, out.columns == down.weights.outputs,
      out.rows == input.rows, residual.rows == out.rows, residual.columns == out.columns,
      norm?.fits(out.columns) ?? true
    else { throw .internalFault(reason: "a feed-forward network's matrices do not fit") }
    var arguments = ramk_feed_forward_arguments(
      m: input.rows, x: input.pointer, x_stride: input.stride, up: up.weights.pointer,
      up_bias: up.bias?.pointer, activation: RAMK_ACTIVATION_GELU, down: down.weights.pointer,
      down_bias: down.bias?.pointer, residual: residual.pointer, residual_stride: residual.stride,
      gain: norm?.gain.pointer, norm_bias: norm?.bias.pointer, epsilon: norm?.epsilon ?? 0,
      out: out.pointer, out_stride: out.stride)
    let workspace = try workspace(
      ramk_feed_forward_workspace_size(raw, precision.raw, &arguments))
    try Self.check(
      ramk_feed_forward(
        raw, precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "feed-forward network")
    for weights in [up.weights, down.weights] {
      work &+= Work.product(rows: input.rows, outputs: weights.outputs, inputs: weights.inputs)
    }
    withExtendedLifetime((network, input, residual, norm, out)) {}
  }

  /// Normalises each row; `out` may be `input`.
  package func apply(
    _ norm: LayerNorm, to input: Matrix, into out: Matrix
  ) throws(RAMKitError) {
    guard input.rows == out.rows, input.columns == out.columns,
      norm.fits(input.columns)
    else { throw .internalFault(reason: "a LayerNorm's matrices do not fit") }
    try Self.check(
      ramk_layer_norm(
        raw, input.rows, input.columns, input.pointer, input.stride, norm.gain.pointer,
        norm.bias.pointer, norm.epsilon, out.pointer, out.stride),
      "LayerNorm")
    withExtendedLifetime((norm, input, out)) {}
  }

  /// The mean of each group of as many consecutive rows as give `out.rows` groups.
  package func meanRows(of input: Matrix, into out: Matrix) throws(RAMKitError) {
    guard out.rows > 0, input.rows % out.rows == 0, input.columns == out.columns else {
      throw .internalFault(reason: "a mean's matrices do not fit")
    }
    try Self.check(
      ramk_mean_rows(
        raw, out.rows, input.rows / out.rows, input.columns, input.pointer, input.stride,
        out.pointer, out.stride),
      "mean of rows")
    withExtendedLifetime((input, out)) {}
  }

  /// Cross-attention: queries [labels, width] against keys and values [tokens, width] of one photo,
  /// or, of a batch, as many queries against as many tokens of its own each: queries and tokens of
  /// the first one lie in front. Queries against tokens of the same text are its self-attention.
  package func crossAttention(
    queries: Matrix, keys: Matrix, values: Matrix, batch: Int = 1, heads: Int,
    precision: Precision, into out: Matrix
  ) throws(RAMKitError) {
    let headDimension = queries.columns / heads
    guard batch > 0, queries.rows % batch == 0, keys.rows % batch == 0,
      keys.rows == values.rows, keys.columns == queries.columns,
      values.columns == queries.columns, out.rows == queries.rows, out.columns == queries.columns
    else { throw .internalFault(reason: "cross-attention's matrices do not fit") }
    let (asked, tokens) = (queries.rows / batch, keys.rows / batch)
    var arguments = ramk_cross_attention_arguments(
      batch: batch, queries: asked, tokens: tokens, heads: heads, head_dim: headDimension,
      q: queries.pointer, q_stride: queries.stride, q_batch_stride: asked * queries.stride,
      k: keys.pointer, k_stride: keys.stride, v: values.pointer, v_stride: values.stride,
      scale: 1 / Float(headDimension).squareRoot(), out: out.pointer, out_stride: out.stride)
    let workspace = try workspace(
      ramk_cross_attention_workspace_size(raw, precision.raw, &arguments))
    try Self.check(
      ramk_cross_attention(
        raw, precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "cross-attention")
    work &+= Work.crossAttention(queries: out.rows, tokens: tokens, channels: out.columns)
    withExtendedLifetime((queries, keys, values, out)) {}
  }

  /// Attention to prepared tokens: out = norm(weights · valuesᵀ + bias + residual), where a row's weights are
  /// the softmax of its scores; `residual` and `out` may be `rows`.
  ///
  /// - Parameter scale: what scores are multiplied by.
  package func attend(
    from rows: Matrix, to tokens: AttendedTokens, scale: Float, bias: Matrix?, residual: Matrix,
    norm: LayerNorm, into out: Matrix
  ) throws(RAMKitError) {
    let keys = tokens.keys
    let weights = tokens.heads * tokens.tokens
    guard let first = keys.first, tokens.heads % keys.count == 0,
      keys.allSatisfy({ $0.inputs == first.inputs && $0.outputs * keys.count == weights }),
      rows.columns == first.inputs * keys.count, tokens.values.inputs == weights,
      rows.rows == out.rows, residual.rows == out.rows, residual.columns == out.columns,
      out.columns == tokens.values.outputs, norm.fits(out.columns)
    else { throw .internalFault(reason: "an attention's matrices do not fit") }
    let precision = tokens.values.precision
    let status = try keys.map { Optional($0.pointer) }.withUnsafeBufferPointer {
      (parts) throws(RAMKitError) in
      var arguments = ramk_prepared_attention_arguments(
        m: rows.rows, x: rows.pointer, x_stride: rows.stride, heads: tokens.heads,
        tokens: tokens.tokens, has_mean_token: true, parts: keys.count, keys: parts.baseAddress,
        key_bias: tokens.keyBias?.pointer, scale: scale, values: tokens.values.pointer,
        bias: bias?.pointer, residual: residual.pointer, residual_stride: residual.stride,
        gain: norm.gain.pointer, norm_bias: norm.bias.pointer, epsilon: norm.epsilon,
        out: out.pointer, out_stride: out.stride)
      let workspace = try workspace(
        ramk_prepared_attention_workspace_size(raw, precision.raw, &arguments))
      return ramk_prepared_attention(
        raw, precision.raw, &arguments, workspace.baseAddress, workspace.count)
    }
    try Self.check(status, "attention to prepared tokens")
    work &+= Work.product(
      rows: out.rows, outputs: weights / keys.count, inputs: rows.columns)
    work &+= Work.product(rows: out.rows, outputs: out.columns, inputs: weights)
    withExtendedLifetime((rows, tokens, bias, residual, norm, out)) {}
  }

  /// Cuts square photos [images, 3 · side · side] (planar) into patches, projects and normalises.
  package func patchEmbedding(
    images: Matrix, side: Int, patch: Int, projection: Linear, norm: LayerNorm?, into out: Matrix
  ) throws(RAMKitError) {
    let tokens = (side / patch) * (side / patch)
    guard images.columns == 3 * side * side, images.stride == images.columns,
      out.rows == images.rows * tokens, out.columns == projection.weights.outputs,
      projection.weights.inputs == 3 * patch * patch
    else { throw .internalFault(reason: "patch embedding's matrices do not fit") }
    var arguments = ramk_patch_embedding_arguments(
      batch: images.rows, height: side, width: side, patch: patch, images: images.pointer,
      weights: projection.weights.pointer, bias: projection.bias?.pointer,
      gain: norm?.gain.pointer, norm_bias: norm?.bias.pointer, epsilon: norm?.epsilon ?? 0,
      out: out.pointer, out_stride: out.stride)
    let workspace = try workspace(
      ramk_patch_embedding_workspace_size(raw, projection.weights.precision.raw, &arguments))
    try Self.check(
      ramk_patch_embedding(
        raw, projection.weights.precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "patch embedding")
    work &+= Work.product(
      rows: out.rows, outputs: out.columns, inputs: projection.weights.inputs)
    withExtendedLifetime((images, projection, norm, out)) {}
  }

  /// Joins 2 x 2 neighbourhoods of a square token map [images · side², channels] into
  /// [images · (side/2)², outputs].
  package func patchMerging(
    of input: Matrix, images: Int, side: Int, norm: LayerNorm, reduction: PreparedMatrix,
    into out: Matrix
  ) throws(RAMKitError) {
    guard input.rows == images * side * side, out.rows == images * (side / 2) * (side / 2),
      reduction.inputs == 4 * input.columns, reduction.outputs == out.columns,
      norm.fits(reduction.inputs)
    else { throw .internalFault(reason: "patch merging's matrices do not fit") }
    var arguments = ramk_patch_merging_arguments(
      batch: images, height: side, width: side, channels: input.columns, x: input.pointer,
      x_stride: input.stride, gain: norm.gain.pointer, norm_bias: norm.bias.pointer,
      epsilon: norm.epsilon, weights: reduction.pointer, out: out.pointer, out_stride: out.stride)
    let workspace = try workspace(
      ramk_patch_merging_workspace_size(raw, reduction.precision.raw, &arguments))
    try Self.check(
      ramk_patch_merging(
        raw, reduction.precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "patch merging")
    work &+= Work.product(rows: out.rows, outputs: out.columns, inputs: reduction.inputs)
    withExtendedLifetime((input, norm, reduction, out)) {}
  }
}
