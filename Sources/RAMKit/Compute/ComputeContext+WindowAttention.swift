import CRAMKernels

/// The windows of Swin's attention on a square token map, and what its heads add to scores.
package struct AttentionWindows: Sendable {
  /// Tokens along a side of the map, and of a window.
  package let side: Int
  package let window: Int
  /// By how many tokens the map is rolled, or 0.
  package let shift: Int
  package let heads: Int
  /// As the checkpoint holds it, [(2 window - 1)², heads].
  package let relativePositionBias: Matrix

  package init(side: Int, window: Int, shift: Int, heads: Int, relativePositionBias: Matrix) {
    self.side = side
    self.window = window
    self.shift = shift
    self.heads = heads
    self.relativePositionBias = relativePositionBias
  }
}

@ComputeActor
extension ComputeContext {
  /// Swin's window attention on a square token map: qkv [images · side², 3 · channels] -> out
  /// [images · side², channels].
  package func windowAttention(
    qkv: Matrix, images: Int, _ windows: AttentionWindows, precision: Precision,
    into out: Matrix
  ) throws(RAMKitError) {
    guard qkv.rows == out.rows, qkv.columns == 3 * out.columns
    else { throw .internalFault(reason: "window attention's matrices do not fit") }
    var arguments = ramk_window_attention_arguments()
    arguments.qkv = UnsafePointer(qkv.pointer)
    arguments.qkv_stride = qkv.stride
    try attend(in: windows, images: images, precision: precision, &arguments, into: out)
    withExtendedLifetime(qkv) {}
  }

  /// The same where queries, keys and values were rounded as they were made.
  package func windowAttention(
    qkv: Bfloat16Matrix, images: Int, _ windows: AttentionWindows, into out: Matrix
  ) throws(RAMKitError) {
    guard qkv.rows == out.rows, qkv.columns == 3 * out.columns
    else { throw .internalFault(reason: "window attention's matrices do not fit") }
    var arguments = ramk_window_attention_arguments()
    arguments.rounded_qkv = UnsafePointer(qkv.pointer)
    arguments.qkv_stride = qkv.columns
    try attend(in: windows, images: images, precision: .bfloat16, &arguments, into: out)
    withExtendedLifetime(qkv) {}
  }

  private func attend(
    in windows: AttentionWindows, images: Int, precision: Precision,
    _ arguments: inout ramk_window_attention_arguments, into out: Matrix
  ) throws(RAMKitError) {
    let headDimension = out.columns / windows.heads
    guard out.rows == images * windows.side * windows.side
    else { throw .internalFault(reason: "window attention's matrices do not fit") }
    arguments.batch = images
    arguments.height = windows.side
    arguments.width = windows.side
    arguments.window = windows.window
    arguments.shift = windows.shift
    arguments.heads = windows.heads
    arguments.head_dim = headDimension
    arguments.relative_position_bias = UnsafePointer(windows.relativePositionBias.pointer)
    arguments.scale = 1 / Float(headDimension).squareRoot()
    arguments.out = out.pointer
    arguments.out_stride = out.stride
    let workspace = try workspace(
      ramk_window_attention_workspace_size(raw, precision.raw, &arguments))
    try Self.check(
      ramk_window_attention(
        raw, precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "window attention")
    work &+= Work.windowAttention(
      tokens: out.rows, window: windows.window, channels: out.columns)
    withExtendedLifetime((windows, out)) {}
  }
}
