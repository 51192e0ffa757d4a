import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct PatchEmbeddingTests {
  struct Case: CustomStringConvertible {
    var batch = 1
    var height, width, patch, channels: Int
    var normalised = true
    /// Beyond the channels, between rows of the output.
    var padding = 0
    var images, weights, bias, gain, normBias: [Float]
    let epsilon: Float = 1e-5

    init(
      batch: Int = 1, height: Int, width: Int, patch: Int, channels: Int, normalised: Bool = true,
      padding: Int = 0
    ) {
      (self.batch, self.height, self.width) = (batch, height, width)
      (self.patch, self.channels) = (patch, channels)
      (self.normalised, self.padding) = (normalised, padding)
      var generator = SeededGenerator(seed: UInt64(height * 31 + channels))
      images = generator.nastyRows(batch * 3 * height, width, largest: 100)
      weights = generator.floats(channels * 3 * patch * patch)
      bias = generator.floats(channels)
      gain = generator.floats(channels, magnitude: 2)
      normBias = generator.floats(channels)
    }

    var description: String { "\(batch)x\(height)x\(width) by \(patch) -> \(channels)" }

    var expected: Reference {
      Reference.patchEmbedding(
        images, batch: batch, height: height, width: width, patch: patch, channels: channels,
        weights: weights, bias: bias, gain: normalised ? gain : nil,
        normBias: normalised ? normBias : nil, epsilon: epsilon)
    }

    func run(_ context: KernelContext) throws -> GuardedMatrix {
      let tokens = batch * (height / patch) * (width / patch)
      let out = GuardedMatrix(rows: tokens, columns: channels, stride: channels + padding)
      let operands = [images, bias, gain, normBias].map { GuardedMatrix($0) }
      let prepared = context.prepared(weights, n: channels, k: 3 * patch * patch)
      var arguments = ramk_patch_embedding_arguments(
        batch: batch, height: height, width: width, patch: patch, images: operands[0].pointer,
        weights: prepared.start, bias: operands[1].pointer,
        gain: normalised ? operands[2].pointer : nil,
        norm_bias: normalised ? operands[3].pointer : nil, epsilon: epsilon, out: out.pointer,
        out_stride: out.stride)
      let bytes = ramk_patch_embedding_workspace_size(context.pointer, RAMK_FLOAT32, &arguments)
      let workspace = GuardedBuffer(byteCount: bytes, alignment: 1)
      let status = ramk_patch_embedding(
        context.pointer, RAMK_FLOAT32, &arguments, workspace.start, bytes)
      try #require(status == RAMK_OK, "\(self)")
      #expect(workspace.damage == nil)
      return out
    }
  }

  static let cases = [
    Case(batch: 2, height: 16, width: 24, patch: 4, channels: 12),
    Case(height: 20, width: 8, patch: 4, channels: 33, padding: 5),
    Case(height: 12, width: 20, patch: 4, channels: 192, normalised: false, padding: 1),
    Case(height: 7, width: 14, patch: 7, channels: 1),
    Case(height: 3, width: 5, patch: 1, channels: 17),
    Case(height: 64, width: 32, patch: 32, channels: 5),
    Case(batch: 0, height: 8, width: 8, patch: 4, channels: 8),
    Case(height: 0, width: 8, patch: 4, channels: 8),
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
    let sample = Case(batch: 2, height: 52, width: 44, patch: 4, channels: 40)
    let one = try sample.run(KernelContext(implementation))
    for threads: UInt32 in [2, 3, 7] {
      let several = try sample.run(KernelContext(implementation, threads: threads))
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let out = GuardedMatrix(rows: 4, columns: 6)
    let images = GuardedMatrix([Float](repeating: 1, count: 3 * 64))
    let vector = GuardedMatrix([Float](repeating: 1, count: 6))
    let weights = context.prepared([Float](repeating: 1, count: 6 * 48), n: 6, k: 48)
    let good = ramk_patch_embedding_arguments(
      batch: 1, height: 8, width: 8, patch: 4, images: images.pointer, weights: weights.start,
      bias: vector.pointer, gain: vector.pointer, norm_bias: vector.pointer, epsilon: 1e-5,
      out: out.pointer, out_stride: 6)
    var arguments = good
    let bytes = ramk_patch_embedding_workspace_size(context.pointer, RAMK_FLOAT32, &arguments)
    let workspace = GuardedBuffer(byteCount: bytes)
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32, workspaceBytes: Int? = nil,
      _ change: (inout ramk_patch_embedding_arguments) -> Void
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_patch_embedding(
        context.pointer, precision, &arguments, workspace.start, workspaceBytes ?? bytes)
    }
    #expect(status { $0.images = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.weights = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.bias = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.gain = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.norm_bias = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.patch = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.width = 9 } == RAMK_INVALID_ARGUMENT)
    // Weights of another patch size.
    #expect(status { $0.patch = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.batch = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status(workspaceBytes: bytes - 1) { _ in } == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(RAMK_INT8) { _ in } != RAMK_OK)
    #expect(
      ramk_patch_embedding(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status { _ in } == RAMK_OK)
  }
}
