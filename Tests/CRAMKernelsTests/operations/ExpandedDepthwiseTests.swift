import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct ExpandedDepthwiseTests {
  typealias Shape = Reference.ConvolutionShape

  /// The depthwise convolution's shapes, and maps large enough to be cut in rows for the cache, whose
  /// rows at a cut are needed on both sides of it.
  static let shapes: [Shape] =
    DepthwiseConvolutionTests.shapes + [
      Shape(
        height: 90, width: 91, channels: 40, kernel: 3, stride: 2, padTop: 0, padLeft: 1,
        outHeight: 45, outWidth: 45),
      Shape(
        height: 61, width: 75, channels: 70, kernel: 5, padTop: 2, padLeft: 2, outHeight: 61,
        outWidth: 75),
      Shape(
        batch: 2, height: 22, width: 22, channels: 130, kernel: 5, stride: 1, padTop: 2, padLeft: 2,
        outHeight: 22, outWidth: 22),
    ]

  /// One case with its operands between fences.
  struct Case {
    let shape: Shape
    let inputs: Int
    let x, expansion, expansionBias, filters, bias: [Float]
    let activation: ramk_activation

    init(_ shape: Shape, inputs: Int, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      self.shape = shape
      self.inputs = inputs
      x = generator.floats(shape.batch * shape.height * shape.width * inputs)
      expansion = generator.floats(shape.channels * inputs)
      expansionBias = generator.floats(shape.channels)
      filters = generator.floats(shape.kernel * shape.kernel * shape.channels)
      bias = generator.floats(shape.channels)
      activation =
        [RAMK_ACTIVATION_RELU6, RAMK_ACTIVATION_RELU, RAMK_ACTIVATION_NONE][
          Int(seed % 3)]
    }

    private func depthwise(
      x: UnsafePointer<Float>?, filters: GuardedMatrix, bias: GuardedMatrix, out: GuardedMatrix
    ) -> ramk_depthwise_convolution_arguments {
      ramk_depthwise_convolution_arguments(
        batch: shape.batch, height: shape.height, width: shape.width, channels: shape.channels,
        kernel: shape.kernel, stride: shape.stride, pad_top: shape.padTop,
        pad_left: shape.padLeft, out_height: shape.outHeight, out_width: shape.outWidth, x: x,
        weights: filters.pointer, bias: bias.pointer, activation: activation, out: out.pointer)
    }

    func run(_ context: KernelContext) throws -> GuardedMatrix {
      let out = GuardedMatrix(rows: shape.outputPixels, columns: shape.channels)
      let (x, expansionBias) = (GuardedMatrix(self.x), GuardedMatrix(self.expansionBias))
      let (filters, bias) = (GuardedMatrix(self.filters), GuardedMatrix(self.bias))
      let weights = context.prepared(expansion, n: shape.channels, k: inputs)
      var arguments = ramk_expanded_depthwise_arguments(
        inputs: inputs, x: x.pointer, expansion: weights.start, bias: expansionBias.pointer,
        activation: activation,
        filters: depthwise(x: nil, filters: filters, bias: bias, out: out))
      let workspace = GuardedBuffer(
        byteCount: ramk_expanded_depthwise_workspace_size(
          context.pointer, context.precision, &arguments))
      let status = ramk_expanded_depthwise(
        context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
      try #require(status == RAMK_OK, "\(shape)")
      withExtendedLifetime((expansionBias, filters, bias)) {}
      for damage in [weights.damage, workspace.damage, x.damage] {
        #expect(damage == nil, "\(shape)")
      }
      return out
    }

    /// The product and the depthwise convolution by themselves.
    func runApart(_ context: KernelContext) throws -> GuardedMatrix {
      let pixels = shape.batch * shape.height * shape.width
      let expanded = try MatrixProductTests.run(
        MatrixProductTests.Case(
          m: pixels, n: shape.channels, k: inputs, activation: activation),
        MatrixProductTests.Operands(
          a: x, weights: expansion, bias: expansionBias,
          residual: [Float](repeating: 0, count: pixels * shape.channels)),
        context)
      let out = GuardedMatrix(rows: shape.outputPixels, columns: shape.channels)
      let (filters, bias) = (GuardedMatrix(self.filters), GuardedMatrix(self.bias))
      var arguments = depthwise(
        x: UnsafePointer(expanded.pointer), filters: filters, bias: bias, out: out)
      try #require(
        ramk_depthwise_convolution(context.pointer, RAMK_FLOAT32, &arguments) == RAMK_OK)
      withExtendedLifetime((filters, bias, expanded)) {}
      return out
    }
  }

  /// The two operations are checked against the reference by themselves; this one has to give their
  /// very bits, on any number of threads.
  @Test(arguments: KernelVariant.all)
  func isItsPartsBitForBit(_ variant: KernelVariant) throws {
    var generator = SeededGenerator(seed: 1)
    let drawn = (0..<20).map { _ in DepthwiseConvolutionTests.arbitrary(using: &generator) }
    for (index, shape) in (Self.shapes + drawn).enumerated() {
      let inputs = [5, 1, 24, 0, 17][index % 5]
      let sample = Case(shape, inputs: inputs, seed: UInt64(index))
      let apart = try sample.runApart(KernelContext(variant))
      for threads: UInt32 in [1, 2, 7] {
        let fused = try sample.run(KernelContext(variant, threads: threads))
        let isSame = apart.values.map(\.bitPattern) == fused.values.map(\.bitPattern)
        #expect(isSame, "\(shape), \(inputs) inputs, \(threads) threads")
      }
    }
  }

  @Test func refusesMisuse() throws {
    let context = KernelContext(RunnableImplementation.all[0])
    let out = GuardedMatrix(rows: 4, columns: 3)
    let x = GuardedMatrix([Float](repeating: 1, count: 16 * 2))
    let filters = GuardedMatrix([Float](repeating: 1, count: 9 * 3))
    let weights = context.prepared([Float](repeating: 1, count: 6), n: 3, k: 2)
    var good = ramk_expanded_depthwise_arguments(
      inputs: 2, x: x.pointer, expansion: weights.start, bias: nil,
      activation: RAMK_ACTIVATION_RELU6,
      filters: ramk_depthwise_convolution_arguments(
        batch: 1, height: 4, width: 4, channels: 3, kernel: 3, stride: 1, pad_top: 0, pad_left: 0,
        out_height: 2, out_width: 2, x: nil, weights: filters.pointer, bias: nil,
        activation: RAMK_ACTIVATION_RELU6, out: out.pointer))
    let workspace = GuardedBuffer(
      byteCount: ramk_expanded_depthwise_workspace_size(context.pointer, RAMK_FLOAT32, &good))
    func status(
      bytes: Int? = nil, _ change: (inout ramk_expanded_depthwise_arguments) -> Void = { _ in }
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_expanded_depthwise(
        context.pointer, RAMK_FLOAT32, &arguments, workspace.start, bytes ?? workspace.byteCount)
    }
    #expect(status { $0.x = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.expansion = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.inputs = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.activation = ramk_activation(rawValue: 9) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.filters.channels = 4 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.filters.weights = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.filters.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.filters.kernel = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.filters.activation = RAMK_ACTIVATION_GELU } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.filters.height = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.filters.out_height = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status(bytes: workspace.byteCount - 1) == RAMK_WORKSPACE_TOO_SMALL)
    #expect(
      ramk_expanded_depthwise(context.pointer, RAMK_INT8, &good, nil, 0) == RAMK_NOT_PREPARED)
    #expect(
      ramk_expanded_depthwise(context.pointer, RAMK_FLOAT32, nil, nil, 0)
        == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status() == RAMK_OK)
  }
}
