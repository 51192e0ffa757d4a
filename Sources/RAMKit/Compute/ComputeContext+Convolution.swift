import CRAMKernels

/// How a square convolution goes over a square map, padded as TensorFlow's "SAME" does: the output
/// has ceil(side / stride) positions along a side, and where an odd number of zeros is needed, the
/// additional one comes behind.
package struct ConvolutionGeometry: Sendable, Hashable {
  /// Positions along a side of the map that goes in.
  package let side: Int
  package let kernel: Int
  package let stride: Int

  package init(side: Int, kernel: Int, stride: Int) {
    self.side = side
    self.kernel = kernel
    self.stride = stride
  }

  /// Positions along a side of the map that comes out.
  package var outputSide: Int { (side + stride - 1) / stride }

  /// Zeros above and to the left.
  package var padding: Int { max((outputSide - 1) * stride + kernel - side, 0) / 2 }
}

/// One kernel x kernel filter a channel, and a bias.
package struct DepthwiseFilters: Sendable {
  /// [kernel · kernel, channels]
  package let weights: Matrix
  /// [1, channels]
  package let bias: Matrix

  package init(weights: Matrix, bias: Matrix) {
    self.weights = weights
    self.bias = bias
  }
}

// Maps are channels last: one row a position, images · side · side of them.
@ComputeActor
extension ComputeContext {
  /// A dense convolution; the product's inputs are kernel · kernel · channels, by row, column and
  /// channel.
  package func convolution(
    of input: Matrix, images: Int, geometry: ConvolutionGeometry, by linear: Linear,
    activation: Activation, into out: Matrix
  ) throws(RAMKitError) {
    let (side, outputSide) = (geometry.side, geometry.outputSide)
    let weights = linear.weights
    guard input.rows == images * side * side, input.stride == input.columns,
      out.rows == images * outputSide * outputSide, out.stride == out.columns,
      weights.inputs == geometry.kernel * geometry.kernel * input.columns,
      weights.outputs == out.columns
    else { throw .internalFault(reason: "a convolution's maps do not fit") }
    var arguments = ramk_convolution_arguments(
      batch: images, height: side, width: side, channels: input.columns, kernel: geometry.kernel,
      stride: geometry.stride, pad_top: geometry.padding, pad_left: geometry.padding,
      out_height: outputSide, out_width: outputSide, x: input.pointer, weights: weights.pointer,
      bias: linear.bias?.pointer, activation: activation.raw, out: out.pointer)
    let workspace = try workspace(
      ramk_convolution_workspace_size(raw, weights.precision.raw, &arguments))
    try Self.check(
      ramk_convolution(
        raw, weights.precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "convolution")
    work &+= Work.product(rows: out.rows, outputs: out.columns, inputs: weights.inputs)
    withExtendedLifetime((input, linear, out)) {}
  }

  /// A convolution of each channel by its own filter.
  package func depthwiseConvolution(
    of input: Matrix, images: Int, geometry: ConvolutionGeometry, by filters: DepthwiseFilters,
    activation: Activation, into out: Matrix
  ) throws(RAMKitError) {
    guard input.columns == out.columns else {
      throw .internalFault(reason: "a depthwise convolution's maps do not fit")
    }
    var arguments = try depthwiseArguments(
      of: input, images: images, geometry: geometry, by: filters, activation: activation, into: out)
    arguments.x = UnsafePointer(input.pointer)
    try Self.check(
      ramk_depthwise_convolution(raw, RAMK_FLOAT32, &arguments), "depthwise convolution")
    work &+= Work.depthwiseConvolution(
      positions: out.rows, channels: out.columns, kernel: geometry.kernel)
    withExtendedLifetime((input, filters, out)) {}
  }

  /// A depthwise convolution of activation(expansion · input), which is nowhere in memory as a whole;
  /// the activation is applied to both.
  package func expandedDepthwiseConvolution(
    of input: Matrix, images: Int, expansion: Linear, geometry: ConvolutionGeometry,
    by filters: DepthwiseFilters, activation: Activation, into out: Matrix
  ) throws(RAMKitError) {
    let weights = expansion.weights
    guard weights.inputs == input.columns, weights.outputs == out.columns else {
      throw .internalFault(reason: "an expanded depthwise convolution's maps do not fit")
    }
    var arguments = ramk_expanded_depthwise_arguments(
      inputs: input.columns, x: input.pointer, expansion: weights.pointer,
      bias: expansion.bias?.pointer, activation: activation.raw,
      filters: try depthwiseArguments(
        of: input, images: images, geometry: geometry, by: filters, activation: activation,
        into: out))
    let workspace = try workspace(
      ramk_expanded_depthwise_workspace_size(raw, weights.precision.raw, &arguments))
    try Self.check(
      ramk_expanded_depthwise(
        raw, weights.precision.raw, &arguments, workspace.baseAddress, workspace.count),
      "expanded depthwise convolution")
    work &+= Work.product(rows: input.rows, outputs: out.columns, inputs: input.columns)
    work &+= Work.depthwiseConvolution(
      positions: out.rows, channels: out.columns, kernel: geometry.kernel)
    withExtendedLifetime((input, expansion, filters, out)) {}
  }

  /// What both depthwise convolutions say of their maps and filters.
  private func depthwiseArguments(
    of input: Matrix, images: Int, geometry: ConvolutionGeometry, by filters: DepthwiseFilters,
    activation: Activation, into out: Matrix
  ) throws(RAMKitError) -> ramk_depthwise_convolution_arguments {
    let (side, outputSide) = (geometry.side, geometry.outputSide)
    guard input.rows == images * side * side, input.stride == input.columns,
      out.rows == images * outputSide * outputSide, out.stride == out.columns,
      filters.weights.columns == out.columns,
      filters.weights.rows == geometry.kernel * geometry.kernel,
      filters.bias.columns == out.columns
    else { throw .internalFault(reason: "a depthwise convolution's maps do not fit") }
    return ramk_depthwise_convolution_arguments(
      batch: images, height: side, width: side, channels: out.columns, kernel: geometry.kernel,
      stride: geometry.stride, pad_top: geometry.padding, pad_left: geometry.padding,
      out_height: outputSide, out_width: outputSide, x: nil, weights: filters.weights.pointer,
      bias: filters.bias.pointer, activation: activation.raw, out: out.pointer)
  }
}
