import CRAMKernels

/// EfficientNet-Lite2 at 352 pixels, as RAM-nano has it: the stem, and depthwise layers, the first and last
/// among them.
enum Convolutions {
  struct Layer: Sendable {
    var side, channels, kernel, stride: Int

    var taps: Int { kernel * kernel }
    var outSide: Int { (side + stride - 1) / stride }
    /// Before the first pixel, as TensorFlow pads: the smaller half of what is needed.
    var padding: Int { max((outSide - 1) * stride + kernel - side, 0) / 2 }
  }

  static let cases =
    [
      Layer(side: 176, channels: 32, kernel: 3, stride: 1),
      Layer(side: 176, channels: 96, kernel: 3, stride: 2),
      Layer(side: 88, channels: 144, kernel: 5, stride: 2),
      Layer(side: 22, channels: 528, kernel: 3, stride: 1),
      Layer(side: 22, channels: 720, kernel: 5, stride: 1),
      Layer(side: 11, channels: 1248, kernel: 5, stride: 1),
    ].map(depthwise) + [stem(Layer(side: 352, channels: 3, kernel: 3, stride: 2), outputs: 32)]

  static func stem(_ layer: Layer, outputs: Int) -> KernelCase {
    let (places, inputs) = (layer.outSide * layer.outSide, layer.taps * layer.channels)
    return KernelCase(
      operation: "convolution", kernel: "gemm",
      shape: "\(layer.side)x\(layer.side)x\(layer.channels) to \(outputs) kernel \(layer.kernel) "
        + "stride \(layer.stride)",
      work: .arithmetic(
        flop: 2 * places * inputs * outputs, read: 4 * layer.side * layer.side * layer.channels,
        written: 4 * places * outputs, elements: inputs * outputs)
    ) { context in
      let x = Memory.floats(layer.side * layer.side * layer.channels)
      let weights = context.weights(n: outputs, k: inputs)
      let bias = Memory.floats(outputs)
      let out = Memory.floats(places * outputs)
      let arguments: @Sendable () -> ramk_convolution_arguments = {
        ramk_convolution_arguments(
          batch: 1, height: layer.side, width: layer.side, channels: layer.channels,
          kernel: layer.kernel, stride: layer.stride, pad_top: layer.padding,
          pad_left: layer.padding, out_height: layer.outSide, out_width: layer.outSide,
          x: x.floats, weights: weights.raw, bias: bias.floats,
          activation: RAMK_ACTIVATION_RELU6, out: out.floats)
      }
      var sized = arguments()
      let bytes = ramk_convolution_workspace_size(context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_convolution(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }

  static func depthwise(_ layer: Layer) -> KernelCase {
    let outputs = layer.outSide * layer.outSide * layer.channels
    return KernelCase(
      operation: "depthwise_convolution",
      shape: "\(layer.side)x\(layer.side)x\(layer.channels) kernel \(layer.kernel) "
        + "stride \(layer.stride)",
      work: .arithmetic(
        flop: 2 * outputs * layer.taps,
        read: 4 * (layer.side * layer.side + layer.taps) * layer.channels, written: 4 * outputs)
    ) { context in
      let x = Memory.floats(layer.side * layer.side * layer.channels)
      let weights = Memory.floats(layer.taps * layer.channels)
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
