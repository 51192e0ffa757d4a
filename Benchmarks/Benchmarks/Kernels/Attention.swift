import CRAMKernels

/// Both attentions at 384 pixels: all stages of Swin-L and Swin-B, and the labels of the official models, of
/// which the recognition decoder works on 1,024 at a time.
enum Attention {
  static let cases = [
    window(side: 96, heads: 6, shift: 6),
    window(side: 48, heads: 12, shift: 6),
    window(side: 24, heads: 24, shift: 0),
    window(side: 24, heads: 24, shift: 6),
    window(side: 12, heads: 48, shift: 0),
    window(side: 96, heads: 4, shift: 6),
    window(side: 48, heads: 8, shift: 6),
    window(side: 24, heads: 16, shift: 6),
    window(side: 12, heads: 32, shift: 0),
    cross(queries: 1024, tokens: 145, heads: 4, headDim: 192),
    cross(queries: 4585, tokens: 145, heads: 4, headDim: 192),
  ]

  static func window(side: Int, heads: Int, shift: Int) -> KernelCase {
    let (window, headDim) = (12, 32)
    let channels = heads * headDim
    let tokens = side * side
    return KernelCase(
      operation: "window_attention", shape: "\(side)x\(side) heads \(heads) shift \(shift)",
      work: .arithmetic(
        flop: 4 * tokens * window * window * channels, read: 0, written: 4 * tokens * channels,
        elements: 3 * tokens * channels)
    ) { context in
      let qkv = Memory.floats(tokens * 3 * channels)
      let bias = Memory.floats((2 * window - 1) * (2 * window - 1) * heads)
      let out = Memory.floats(tokens * channels)
      // As models run: what is multiplied in bfloat16 comes rounded.
      let rounded =
        context.precision == RAMK_BFLOAT16
        ? Memory.bfloat16(tokens * 3 * channels, context) : nil
      let arguments: @Sendable () -> ramk_window_attention_arguments = {
        ramk_window_attention_arguments(
          batch: 1, height: side, width: side, window: window, shift: shift, heads: heads,
          head_dim: headDim, qkv: rounded == nil ? qkv.floats : nil,
          rounded_qkv: rounded.map { UnsafePointer($0.halves) }, qkv_stride: 3 * channels,
          relative_position_bias: bias.floats, scale: 0.177, out: out.floats,
          out_stride: channels)
      }
      var sized = arguments()
      let bytes = ramk_window_attention_workspace_size(context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_window_attention(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }

  static func cross(queries: Int, tokens: Int, heads: Int, headDim: Int) -> KernelCase {
    let channels = heads * headDim
    return KernelCase(
      operation: "cross_attention", shape: "\(queries)x\(tokens) heads \(heads)x\(headDim)",
      work: .arithmetic(
        flop: 4 * queries * tokens * channels, read: 4 * (queries + 2 * tokens) * channels,
        written: 4 * queries * channels)
    ) { context in
      let q = Memory.floats(queries * channels)
      let k = Memory.floats(tokens * channels)
      let v = Memory.floats(tokens * channels)
      let out = Memory.floats(queries * channels)
      let arguments: @Sendable () -> ramk_cross_attention_arguments = {
        ramk_cross_attention_arguments(
          batch: 1, queries: queries, tokens: tokens, heads: heads, head_dim: headDim,
          q: q.floats, q_stride: channels, q_batch_stride: 0, k: k.floats, k_stride: channels,
          v: v.floats, v_stride: channels, scale: 0.0722, out: out.floats, out_stride: channels)
      }
      var sized = arguments()
      let bytes = ramk_cross_attention_workspace_size(context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_cross_attention(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }
}
