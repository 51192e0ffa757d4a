import CRAMKernels

/// Operations whose parts are kernels by themselves too, and that leave out what lies in between: feed-forward
/// networks of the models, the decoder's attention to tokens that hold its projections, and
/// EfficientNet-Lite2's expansions at 352 pixels.
enum Fused {
  static let cases =
    [
      feedForward(of: "Swin-L stage 1", m: 9216, width: 192, hidden: 768),
      feedForward(of: "Swin-L stage 3", m: 576, width: 768, hidden: 3072),
      feedForward(of: "decoder", m: 1024, width: 768, hidden: 3072),
      feedForward(of: "nano decoder", m: 1024, width: 256, hidden: 512),
      preparedAttention(of: "queries", m: 1024, width: 768, heads: 4, tokens: 144, parts: 4),
      preparedAttention(of: "states", m: 1024, width: 768, heads: 4, tokens: 144, parts: 1),
    ]
    + [
      (16, Convolutions.Layer(side: 176, channels: 96, kernel: 3, stride: 2)),
      (24, Convolutions.Layer(side: 88, channels: 144, kernel: 5, stride: 2)),
      (120, Convolutions.Layer(side: 22, channels: 720, kernel: 5, stride: 1)),
      (208, Convolutions.Layer(side: 11, channels: 1248, kernel: 5, stride: 1)),
    ].map(expandedDepthwise)

  static func feedForward(of name: String, m: Int, width: Int, hidden: Int) -> KernelCase {
    KernelCase(
      operation: "feed_forward", kernel: "gemm", shape: "\(name) \(m)x\(width)x\(hidden)",
      work: .arithmetic(
        flop: 4 * m * width * hidden, read: 4 * m * width, written: 4 * m * width,
        elements: 2 * width * hidden)
    ) { context in
      let (x, out) = (Memory.floats(m * width), Memory.floats(m * width))
      let up = context.weights(n: hidden, k: width)
      let down = context.weights(n: width, k: hidden)
      let (upBias, downBias) = (Memory.floats(hidden), Memory.floats(width))
      let arguments: @Sendable () -> ramk_feed_forward_arguments = {
        ramk_feed_forward_arguments(
          m: m, x: x.floats, x_stride: width, up: up.raw, up_bias: upBias.floats,
          activation: RAMK_ACTIVATION_GELU, down: down.raw, down_bias: downBias.floats,
          residual: x.floats, residual_stride: width, gain: nil, norm_bias: nil, epsilon: 0,
          out: out.floats, out_stride: width)
      }
      var sized = arguments()
      let bytes = ramk_feed_forward_workspace_size(context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_feed_forward(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }

  /// Of rows that are queries of each head already, or states that keys hold the projection of.
  static func preparedAttention(
    of rows: String, m: Int, width: Int, heads: Int, tokens: Int, parts: Int
  ) -> KernelCase {
    let weights = heads * tokens
    return KernelCase(
      operation: "prepared_attention", kernel: "gemm",
      shape: "\(rows) \(m)x\(width) heads \(heads) tokens \(tokens)",
      work: .arithmetic(
        flop: 2 * m * width * (weights / parts + weights), read: 8 * m * width,
        written: 4 * m * width, elements: (weights / parts + weights) * width)
    ) { context in
      let (x, states) = (Memory.floats(m * width), Memory.floats(m * width))
      let out = Memory.floats(m * width)
      let keys = (0..<parts).map { _ in
        context.weights(n: weights / parts, k: width / parts)
      }
      let values = context.weights(n: width, k: weights)
      let (keyBias, bias, gain) = (
        Memory.floats(weights), Memory.floats(width), Memory.floats(width)
      )
      @Sendable func withArguments<Result>(
        _ body: (inout ramk_prepared_attention_arguments) -> Result
      ) -> Result {
        keys.map { Optional(UnsafeRawPointer($0.raw)) }.withUnsafeBufferPointer {
          var arguments = ramk_prepared_attention_arguments(
            m: m, x: x.floats, x_stride: width, heads: heads, tokens: tokens,
            has_mean_token: true, parts: parts, keys: $0.baseAddress,
            key_bias: parts == 1 ? keyBias.floats : nil, scale: 0.0722, values: values.raw,
            bias: bias.floats, residual: states.floats, residual_stride: width,
            gain: gain.floats, norm_bias: bias.floats, epsilon: 1e-12, out: out.floats,
            out_stride: width)
          return body(&arguments)
        }
      }
      let bytes = withArguments {
        ramk_prepared_attention_workspace_size(context.pointer, context.precision, &$0)
      }
      let workspace = Memory(byteCount: bytes)
      return {
        withArguments {
          ramk_prepared_attention(
            context.pointer, context.precision, &$0, workspace.raw, bytes)
        }
      }
    }
  }

  static func expandedDepthwise(_ inputs: Int, _ layer: Convolutions.Layer) -> KernelCase {
    let (side, outSide, channels) = (layer.side, layer.outSide, layer.channels)
    let taps = layer.taps
    let product = 2 * side * side * inputs * channels
    let filters = 2 * outSide * outSide * channels * taps
    return KernelCase(
      operation: "expanded_depthwise", kernel: "gemm",
      shape: "\(side)x\(side)x\(inputs) to \(channels), \(layer.kernel)x\(layer.kernel) "
        + "stride \(layer.stride)",
      work: .arithmetic(
        flop: product + filters, read: 4 * (side * side * inputs + taps * channels),
        written: 4 * outSide * outSide * channels, elements: channels * inputs)
    ) { context in
      let x = Memory.floats(side * side * inputs)
      let expansion = context.weights(n: channels, k: inputs)
      let (expansionBias, bias) = (Memory.floats(channels), Memory.floats(channels))
      let weights = Memory.floats(taps * channels)
      let out = Memory.floats(outSide * outSide * channels)
      let arguments: @Sendable () -> ramk_expanded_depthwise_arguments = {
        ramk_expanded_depthwise_arguments(
          inputs: inputs, x: x.floats, expansion: expansion.raw, bias: expansionBias.floats,
          activation: RAMK_ACTIVATION_RELU6,
          filters: ramk_depthwise_convolution_arguments(
            batch: 1, height: side, width: side, channels: channels, kernel: layer.kernel,
            stride: layer.stride, pad_top: layer.padding, pad_left: layer.padding,
            out_height: outSide, out_width: outSide, x: nil, weights: weights.floats,
            bias: bias.floats, activation: RAMK_ACTIVATION_RELU6, out: out.floats))
      }
      var sized = arguments()
      let bytes = ramk_expanded_depthwise_workspace_size(
        context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_expanded_depthwise(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }
}
