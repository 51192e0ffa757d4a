import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct PatchMergingTests {
  struct Case: CustomStringConvertible {
    var batch, height, width, channels, n: Int
    /// Beyond the columns, between rows of input and output.
    var padding: Int
    var x, weights, gain, normBias: [Float]
    let epsilon: Float = 1e-5

    init(batch: Int = 1, height: Int, width: Int, channels: Int, n: Int, padding: Int = 0) {
      (self.batch, self.height, self.width) = (batch, height, width)
      (self.channels, self.n, self.padding) = (channels, n, padding)
      var generator = SeededGenerator(seed: UInt64(height * 31 + channels))
      x = generator.nastyRows(batch * height * width, channels)
      weights = generator.floats(n * 4 * channels)
      gain = generator.floats(4 * channels, magnitude: 2)
      normBias = generator.floats(4 * channels)
    }

    var description: String { "\(batch)x\(height)x\(width)x\(channels) -> \(n)" }

    var expected: Reference {
      Reference.patchMerging(
        x, batch: batch, height: height, width: width, channels: channels, gain: gain,
        normBias: normBias, epsilon: epsilon, n: n, weights: weights)
    }

    func run(_ context: KernelContext) throws -> GuardedMatrix {
      let tokens = batch * height * width
      let out = GuardedMatrix(rows: tokens / 4, columns: n, stride: n + padding)
      let x = GuardedMatrix(
        rows: tokens, columns: channels, stride: channels + padding, values: self.x)
      let operands = [gain, normBias].map { GuardedMatrix($0) }
      let prepared = context.prepared(weights, n: n, k: 4 * channels)
      var arguments = ramk_patch_merging_arguments(
        batch: batch, height: height, width: width, channels: channels, x: x.pointer,
        x_stride: x.stride, gain: operands[0].pointer, norm_bias: operands[1].pointer,
        epsilon: epsilon, weights: prepared.start, out: out.pointer, out_stride: out.stride)
      let bytes = ramk_patch_merging_workspace_size(context.pointer, RAMK_FLOAT32, &arguments)
      let workspace = GuardedBuffer(byteCount: bytes, alignment: 1)
      let status = ramk_patch_merging(
        context.pointer, RAMK_FLOAT32, &arguments, workspace.start, bytes)
      try #require(status == RAMK_OK, "\(self)")
      #expect(workspace.damage == nil)
      return out
    }
  }

  static let cases = [
    Case(batch: 2, height: 4, width: 6, channels: 12, n: 24),
    Case(height: 2, width: 2, channels: 1, n: 3),
    Case(height: 6, width: 10, channels: 33, n: 66, padding: 3),
    Case(batch: 3, height: 2, width: 8, channels: 17, n: 5, padding: 1),
    Case(height: 4, width: 4, channels: 192, n: 40),
    Case(batch: 0, height: 4, width: 4, channels: 8, n: 16),
    Case(height: 0, width: 4, channels: 8, n: 16),
  ]

  @Test(arguments: RunnableImplementation.all)
  func agreesWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for sample in Self.cases {
      #expect(sample.expected.mismatch(try sample.run(context)) == nil, "\(sample)")
    }
  }

  @Test(arguments: RunnableImplementation.all)
  func doesNotDependOnThreads(_ implementation: RunnableImplementation) throws {
    let sample = Case(batch: 2, height: 24, width: 22, channels: 48, n: 96)
    let one = try sample.run(KernelContext(implementation))
    for threads: UInt32 in [2, 3, 7] {
      let several = try sample.run(KernelContext(implementation, threads: threads))
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  /// More rows than are gathered at a time, and a rest that the product cuts otherwise.
  @Test(arguments: RunnableImplementation.all)
  func rowsOfSeveralBlocks(_ implementation: RunnableImplementation) throws {
    let sample = Case(height: 32, width: 62, channels: 1024, n: 16)
    let one = try sample.run(KernelContext(implementation))
    let several = try sample.run(KernelContext(implementation, threads: 3))
    #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let out = GuardedMatrix(rows: 4, columns: 6)
    let x = GuardedMatrix([Float](repeating: 1, count: 16 * 3))
    let vector = GuardedMatrix([Float](repeating: 1, count: 12))
    let weights = context.prepared([Float](repeating: 1, count: 6 * 12), n: 6, k: 12)
    let good = ramk_patch_merging_arguments(
      batch: 1, height: 4, width: 4, channels: 3, x: x.pointer, x_stride: 3,
      gain: vector.pointer, norm_bias: vector.pointer, epsilon: 1e-5, weights: weights.start,
      out: out.pointer, out_stride: 6)
    var arguments = good
    let bytes = ramk_patch_merging_workspace_size(context.pointer, RAMK_FLOAT32, &arguments)
    let workspace = GuardedBuffer(byteCount: bytes)
    func status(
      workspaceBytes: Int? = nil, _ change: (inout ramk_patch_merging_arguments) -> Void
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_patch_merging(
        context.pointer, RAMK_FLOAT32, &arguments, workspace.start, workspaceBytes ?? bytes)
    }
    #expect(status { $0.x = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.x_stride = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.weights = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.gain = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.norm_bias = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.height = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.width = 5 } == RAMK_INVALID_ARGUMENT)
    // Weights of another width.
    #expect(status { $0.channels = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.channels = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.batch = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status(workspaceBytes: bytes - 1) { _ in } == RAMK_WORKSPACE_TOO_SMALL)
    #expect(
      ramk_patch_merging(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status { _ in } == RAMK_OK)
  }
}
