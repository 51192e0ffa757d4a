import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct ConvolutionTests {
  typealias Shape = Reference.ConvolutionShape

  static let shapes: [(Shape, n: Int)] = [
    // EfficientNet's stem on a small photo, and padded evenly.
    (
      Shape(
        batch: 2, height: 20, width: 22, channels: 3, kernel: 3, stride: 2, outHeight: 10,
        outWidth: 11), 32
    ),
    (
      Shape(
        height: 9, width: 8, channels: 3, kernel: 3, stride: 2, padTop: 1, padLeft: 1,
        outHeight: 5, outWidth: 4), 32
    ),
    // More padding than map, and outputs that see nothing but padding.
    (
      Shape(
        height: 1, width: 2, channels: 5, kernel: 4, padTop: 5, padLeft: 6, outHeight: 8,
        outWidth: 11), 7
    ),
    // Pointwise.
    (Shape(height: 3, width: 5, channels: 17, kernel: 1, outHeight: 3, outWidth: 5), 9),
    // Empty ones; without channels there is still the bias.
    (Shape(batch: 0, height: 3, width: 5, channels: 3, kernel: 3, outHeight: 1, outWidth: 3), 9),
    (Shape(height: 3, width: 5, channels: 3, kernel: 3, outHeight: 1, outWidth: 3), 0),
    (Shape(height: 3, width: 5, channels: 0, kernel: 3, outHeight: 1, outWidth: 3), 5),
    (Shape(height: 0, width: 5, channels: 2, kernel: 2, outHeight: 1, outWidth: 3), 5),
  ]

  struct Case {
    let shape: Shape
    let n: Int
    let x, weights, bias: [Float]
    let activation: ramk_activation

    init(_ shape: Shape, n: Int, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      self.shape = shape
      self.n = n
      x = generator.nastyRows(shape.inputCount / max(shape.channels, 1), shape.channels)
      weights = generator.floats(n * shape.kernel * shape.kernel * shape.channels)
      bias = generator.floats(n)
      activation = ramk_activation(rawValue: UInt32(seed % 4))
    }

    func run(_ context: KernelContext) throws -> GuardedMatrix {
      let out = GuardedMatrix(rows: shape.outputPixels, columns: n)
      let x = GuardedMatrix(self.x)
      let bias = GuardedMatrix(self.bias)
      let k = shape.kernel * shape.kernel * shape.channels
      let prepared = context.prepared(weights, n: n, k: k)
      var arguments = ramk_convolution_arguments(
        batch: shape.batch, height: shape.height, width: shape.width, channels: shape.channels,
        kernel: shape.kernel, stride: shape.stride, pad_top: shape.padTop,
        pad_left: shape.padLeft, out_height: shape.outHeight, out_width: shape.outWidth,
        x: x.pointer, weights: prepared.start, bias: bias.pointer, activation: activation,
        out: out.pointer)
      let bytes = ramk_convolution_workspace_size(context.pointer, RAMK_FLOAT32, &arguments)
      let workspace = GuardedBuffer(byteCount: bytes, alignment: 1)
      let status = ramk_convolution(
        context.pointer, RAMK_FLOAT32, &arguments, workspace.start, bytes)
      try #require(status == RAMK_OK, "\(shape)")
      #expect(workspace.damage == nil)
      #expect(prepared.damage == nil)
      return out
    }
  }

  @Test(arguments: RunnableImplementation.all)
  func agreesWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    var generator = SeededGenerator(seed: 2)
    let drawn = (0..<30).map { index in
      (DepthwiseConvolutionTests.arbitrary(using: &generator), n: 1 + index)
    }
    for (index, (shape, n)) in (Self.shapes + drawn).enumerated() {
      let sample = Case(shape, n: n, seed: UInt64(index))
      let expected = Reference.convolution(
        sample.x, shape, n: n, weights: sample.weights, bias: sample.bias,
        activation: sample.activation)
      #expect(expected.mismatch(try sample.run(context)) == nil, "\(shape) -> \(n)")
    }
  }

  /// More rows than fit the scratch memory at once: the blocks' seam is invisible.
  @Test(arguments: RunnableImplementation.all)
  func worksThroughBlocks(_ implementation: RunnableImplementation) throws {
    let shape = Shape(
      height: 60, width: 50, channels: 41, kernel: 3, padTop: 1, padLeft: 1, outHeight: 60,
      outWidth: 50)
    let sample = Case(shape, n: 2, seed: 4)
    let expected = Reference.convolution(
      sample.x, shape, n: 2, weights: sample.weights, bias: sample.bias,
      activation: sample.activation)
    let one = try sample.run(KernelContext(implementation))
    #expect(expected.mismatch(one) == nil)
    for threads: UInt32 in [2, 5] {
      let several = try sample.run(KernelContext(implementation, threads: threads))
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let out = GuardedMatrix(rows: 4, columns: 5)
    let x = GuardedMatrix([Float](repeating: 1, count: 16 * 3))
    let weights = context.prepared([Float](repeating: 1, count: 5 * 27), n: 5, k: 27)
    let good = ramk_convolution_arguments(
      batch: 1, height: 4, width: 4, channels: 3, kernel: 3, stride: 1, pad_top: 0, pad_left: 0,
      out_height: 2, out_width: 2, x: x.pointer, weights: weights.start, bias: nil,
      activation: RAMK_ACTIVATION_NONE, out: out.pointer)
    var arguments = good
    let bytes = ramk_convolution_workspace_size(context.pointer, RAMK_FLOAT32, &arguments)
    let workspace = GuardedBuffer(byteCount: bytes)
    func status(
      workspaceBytes: Int? = nil, _ change: (inout ramk_convolution_arguments) -> Void
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_convolution(
        context.pointer, RAMK_FLOAT32, &arguments, workspace.start, workspaceBytes ?? bytes)
    }
    #expect(status { $0.x = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.weights = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.kernel = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.stride = 0 } == RAMK_INVALID_ARGUMENT)
    // Weights of another kernel size.
    #expect(status { $0.kernel = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.activation = ramk_activation(rawValue: 77) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.batch = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.pad_top = Int(bitPattern: .max) } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.out_width = .max / 4 } == RAMK_SIZE_OVERFLOW)
    #expect(status(workspaceBytes: bytes - 1) { _ in } == RAMK_WORKSPACE_TOO_SMALL)
    #expect(
      ramk_convolution(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status { _ in } == RAMK_OK)
  }
}
