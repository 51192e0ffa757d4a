import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct DepthwiseConvolutionTests {
  typealias Shape = Reference.ConvolutionShape

  /// Sizes around every block: vectors of 4, 8 and 16 channels and twice that, tiles of 4 and 6
  /// columns, blocks of 256 channels, filters larger than the map, and the models' own.
  static let shapes: [Shape] =
    [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 65, 257].map {
      Shape(
        height: 5, width: 9, channels: $0, kernel: 3, padTop: 1, padLeft: 1, outHeight: 5,
        outWidth: 9)
    } + [
      // A photo's 3 x 3 and 5 x 5 layers, stride 1 and 2, TensorFlow's asymmetric padding included.
      Shape(
        batch: 2, height: 12, width: 13, channels: 24, kernel: 3, stride: 2, outHeight: 6,
        outWidth: 6),
      Shape(
        batch: 2, height: 12, width: 13, channels: 24, kernel: 5, padTop: 2, padLeft: 2,
        outHeight: 12, outWidth: 13),
      Shape(
        height: 14, width: 15, channels: 40, kernel: 5, stride: 2, padTop: 1, padLeft: 2,
        outHeight: 7, outWidth: 8),
      // Filters that reach over both edges at once, and outputs that see nothing but padding.
      Shape(
        height: 1, width: 1, channels: 9, kernel: 5, padTop: 2, padLeft: 2, outHeight: 1,
        outWidth: 1),
      Shape(
        height: 2, width: 3, channels: 5, kernel: 3, padTop: 6, padLeft: 7, outHeight: 15,
        outWidth: 17),
      // Empty ones.
      Shape(batch: 0, height: 4, width: 4, channels: 8, kernel: 3, outHeight: 2, outWidth: 2),
      Shape(height: 4, width: 4, channels: 0, kernel: 3, outHeight: 2, outWidth: 2),
      Shape(height: 4, width: 4, channels: 8, kernel: 3, outHeight: 2, outWidth: 0),
      Shape(height: 0, width: 4, channels: 8, kernel: 3, outHeight: 2, outWidth: 2),
    ]

  static func arbitrary(using generator: inout SeededGenerator) -> Shape {
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    return Shape(
      batch: draw(1...2), height: draw(1...9), width: draw(1...14), channels: draw(1...40),
      kernel: draw(1...7), stride: draw(1...4), padTop: draw(0...4), padLeft: draw(0...4),
      outHeight: draw(1...6), outWidth: draw(1...12))
  }

  /// One case with its operands between fences.
  struct Case {
    let shape: Shape
    let x, weights, bias: [Float]
    let activation: ramk_activation

    init(_ shape: Shape, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      self.shape = shape
      x = generator.nastyRows(shape.inputCount / max(shape.channels, 1), shape.channels)
      weights = generator.floats(shape.kernel * shape.kernel * shape.channels)
      bias = generator.floats(shape.channels)
      let activations = [RAMK_ACTIVATION_NONE, RAMK_ACTIVATION_RELU, RAMK_ACTIVATION_RELU6]
      activation = activations[Int(seed % 3)]
    }

    func run(_ context: KernelContext, x: [Float]? = nil, biased: Bool) throws -> GuardedMatrix {
      let out = GuardedMatrix(rows: shape.outputPixels, columns: shape.channels)
      let x = GuardedMatrix(x ?? self.x)
      let weights = GuardedMatrix(self.weights)
      let bias = GuardedMatrix(self.bias)
      var arguments = ramk_depthwise_convolution_arguments(
        batch: shape.batch, height: shape.height, width: shape.width, channels: shape.channels,
        kernel: shape.kernel, stride: shape.stride, pad_top: shape.padTop,
        pad_left: shape.padLeft, out_height: shape.outHeight, out_width: shape.outWidth,
        x: x.pointer, weights: weights.pointer, bias: biased ? bias.pointer : nil,
        activation: activation, out: out.pointer)
      let status = ramk_depthwise_convolution(context.pointer, RAMK_FLOAT32, &arguments)
      try #require(status == RAMK_OK, "\(shape)")
      return out
    }
  }

  @Test(arguments: RunnableImplementation.all)
  func agreesWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    var generator = SeededGenerator(seed: 1)
    let drawn = (0..<80).map { _ in Self.arbitrary(using: &generator) }
    for (index, shape) in (Self.shapes + drawn).enumerated() {
      let sample = Case(shape, seed: UInt64(index))
      let biased = index % 4 != 3
      let expected = Reference.depthwiseConvolution(
        sample.x, shape, weights: sample.weights, bias: biased ? sample.bias : nil,
        activation: sample.activation)
      let out = try sample.run(context, biased: biased)
      #expect(expected.mismatch(out) == nil, "\(shape)")
    }
  }

  @Test(arguments: RunnableImplementation.all)
  func doesNotDependOnThreads(_ implementation: RunnableImplementation) throws {
    let sample = Case(
      Shape(
        height: 11, width: 19, channels: 300, kernel: 3, padTop: 1, padLeft: 1, outHeight: 11,
        outWidth: 19), seed: 5)
    let one = try sample.run(KernelContext(implementation), biased: true)
    for threads: UInt32 in [2, 3, 7] {
      let several = try sample.run(KernelContext(implementation, threads: threads), biased: true)
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  /// ReLU6 must not turn a NaN into a number: a broken checkpoint would go unnoticed.
  @Test(arguments: RunnableImplementation.all)
  func keepsNaN(_ implementation: RunnableImplementation) throws {
    let shape = Shape(
      height: 6, width: 9, channels: 19, kernel: 3, padTop: 1, padLeft: 1, outHeight: 6,
      outWidth: 9)
    let context = KernelContext(implementation)
    for seed: UInt64 in 0..<3 {
      let sample = Case(shape, seed: seed)
      var x = sample.x
      let (row, column, channel) = (2, 4, 17)
      x[(row * shape.width + column) * shape.channels + channel] = .nan
      let out = try sample.run(context, x: x, biased: true)
      for pixel in 0..<out.rows {
        let (y, x) = (pixel / shape.outWidth, pixel % shape.outWidth)
        let near = abs(y - row) <= 1 && abs(x - column) <= 1
        for c in 0..<out.columns {
          #expect(out[pixel, c].isNaN == (near && c == channel), "\(y) \(x) \(c)")
        }
      }
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let out = GuardedMatrix(rows: 4, columns: 3)
    let x = GuardedMatrix([Float](repeating: 1, count: 16 * 3))
    let weights = GuardedMatrix([Float](repeating: 1, count: 9 * 3))
    let good = ramk_depthwise_convolution_arguments(
      batch: 1, height: 4, width: 4, channels: 3, kernel: 3, stride: 1, pad_top: 0, pad_left: 0,
      out_height: 2, out_width: 2, x: x.pointer, weights: weights.pointer, bias: nil,
      activation: RAMK_ACTIVATION_NONE, out: out.pointer)
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32,
      _ change: (inout ramk_depthwise_convolution_arguments) -> Void
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_depthwise_convolution(context.pointer, precision, &arguments)
    }
    #expect(status { $0.x = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.weights = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.kernel = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.stride = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.activation = RAMK_ACTIVATION_GELU } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.activation = ramk_activation(rawValue: 77) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.batch = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.channels = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.kernel = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.pad_left = Int(bitPattern: .max) } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.stride = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status(RAMK_INT8) { _ in } == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(
      ramk_depthwise_convolution(context.pointer, RAMK_FLOAT32, nil) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status { _ in } == RAMK_OK)
  }
}
