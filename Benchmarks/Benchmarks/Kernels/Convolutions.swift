import CRAMKernels

/// Depthwise layers of EfficientNet-Lite2 at 260 pixels, the first and last among them.
enum Convolutions {
  struct Layer: Sendable {
    var side, channels, kernel, stride: Int

    var outSide: Int { (side + stride - 1) / stride }
    /// Before the first pixel, as TensorFlow pads: the smaller half of what is needed.
    var padding: Int { max((outSide - 1) * stride + kernel - side, 0) / 2 }
  }

  static let cases = [
    Layer(side: 130, channels: 32, kernel: 3, stride: 1),
    Layer(side: 130, channels: 96, kernel: 3, stride: 2),
    Layer(side: 65, channels: 144, kernel: 5, stride: 2),
    Layer(side: 17, channels: 528, kernel: 3, stride: 1),
    Layer(side: 17, channels: 720, kernel: 5, stride: 1),
    Layer(side: 9, channels: 1248, kernel: 5, stride: 1),
  ].map(depthwise)

  static func depthwise(_ layer: Layer) -> KernelCase {
    let outputs = layer.outSide * layer.outSide * layer.channels
    return KernelCase(
      operation: "depthwise_convolution",
      shape: "\(layer.side)x\(layer.side)x\(layer.channels) kernel \(layer.kernel) "
        + "stride \(layer.stride)",
      work: .flop(2 * outputs * layer.kernel * layer.kernel)
    ) { context in
      let x = Memory.floats(layer.side * layer.side * layer.channels)
      let weights = Memory.floats(layer.kernel * layer.kernel * layer.channels)
      let bias = Memory.floats(layer.channels)
      let out = Memory.floats(outputs)
      return {
        var arguments = ramk_depthwise_convolution_arguments(
          batch: 1, height: layer.side, width: layer.side, channels: layer.channels,
          kernel: layer.kernel, stride: layer.stride, pad_top: layer.padding,
          pad_left: layer.padding, out_height: layer.outSide, out_width: layer.outSide,
          x: x.floats, weights: weights.floats, bias: bias.floats,
          activation: RAMK_ACTIVATION_RELU6, out: out.floats)
        return ramk_depthwise_convolution(context.pointer, RAMK_FLOAT32, &arguments)
      }
    }
  }
}
