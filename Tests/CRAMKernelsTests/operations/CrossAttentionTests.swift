import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct CrossAttentionTests {
  struct Shape: CustomStringConvertible {
    var batch = 1
    var queries, tokens, heads, headDim: Int
    var shared = true

    var channels: Int { heads * headDim }
    var description: String {
      "batch \(batch) queries \(queries) tokens \(tokens) heads \(heads)x\(headDim) shared \(shared)"
    }
  }

  static let shapes: [Shape] =
    [0, 1, 5, 6, 7, 13, 15, 27, 29, 57, 131].map {
      Shape(queries: $0, tokens: 145, heads: 2, headDim: 12)
    }
    + [0, 1, 2, 7, 15, 16, 17, 31, 33, 49, 257].map {
      Shape(queries: 11, tokens: $0, heads: 2, headDim: 9)
    }
    + [0, 1, 6, 8, 17, 32, 33, 192].map {
      Shape(batch: 2, queries: 9, tokens: 37, heads: 3, headDim: $0, shared: $0 % 2 == 0)
    }
    + [
      Shape(batch: 0, queries: 9, tokens: 37, heads: 3, headDim: 8),
      Shape(queries: 9, tokens: 37, heads: 0, headDim: 8),
      // More tokens than a block of scores has room for.
      Shape(queries: 17, tokens: 5000, heads: 1, headDim: 2),
    ]

  struct Operands {
    let q, k, v: [Float]
    let scale: Float

    init(_ shape: Shape, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      let asked = shape.shared ? shape.queries : shape.batch * shape.queries
      q = generator.floats(asked * shape.channels, magnitude: 3)
      k = generator.floats(shape.batch * shape.tokens * shape.channels, magnitude: 3)
      v = generator.floats(shape.batch * shape.tokens * shape.channels, magnitude: 3)
      scale = 1 / Float(max(shape.headDim, 1)).squareRoot()
    }
  }

  static func run(
    _ shape: Shape, _ operands: Operands, _ context: KernelContext, padding: Int = 0
  ) throws -> GuardedMatrix {
    let (channels, tokens) = (shape.channels, shape.batch * shape.tokens)
    let asked = shape.shared ? shape.queries : shape.batch * shape.queries
    let q = GuardedMatrix(
      rows: asked, columns: channels, stride: channels + padding, values: operands.q)
    let k = GuardedMatrix(
      rows: tokens, columns: channels, stride: channels + 2 * padding, values: operands.k)
    let v = GuardedMatrix(
      rows: tokens, columns: channels, stride: channels + 3 * padding, values: operands.v)
    let out = GuardedMatrix(
      rows: shape.batch * shape.queries, columns: channels, stride: channels + padding)
    var arguments = ramk_cross_attention_arguments(
      batch: shape.batch, queries: shape.queries, tokens: shape.tokens, heads: shape.heads,
      head_dim: shape.headDim, q: q.pointer, q_stride: q.stride,
      q_batch_stride: shape.shared ? 0 : shape.queries * q.stride, k: k.pointer,
      k_stride: k.stride, v: v.pointer, v_stride: v.stride, scale: operands.scale,
      out: out.pointer, out_stride: out.stride)
    let workspace = GuardedBuffer(
      byteCount: ramk_cross_attention_workspace_size(context.pointer, context.precision, &arguments)
    )
    let status = ramk_cross_attention(
      context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    try #require(status == RAMK_OK, "\(shape)")
    for damage in [workspace.damage, q.damage, k.damage, v.damage] {
      #expect(damage == nil, "\(shape)")
    }
    return out
  }

  @Test(arguments: KernelVariant.ofAttention)
  func agreesWithReference(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, shape) in Self.shapes.enumerated() {
      let operands = Operands(shape, seed: UInt64(index))
      let expected = Reference.crossAttention(
        q: operands.q, k: operands.k, v: operands.v, batch: shape.batch, queries: shape.queries,
        tokens: shape.tokens, heads: shape.heads, headDim: shape.headDim,
        sharedQueries: shape.shared, scale: operands.scale,
        precision: variant.precision)
      let out = try Self.run(shape, operands, context, padding: index % 3)
      #expect(expected.mismatch(out) == nil, "\(shape)")
    }
  }

  @Test(arguments: KernelVariant.ofAttention)
  func doesNotDependOnThreads(_ variant: KernelVariant) throws {
    let shape = Shape(batch: 2, queries: 119, tokens: 50, heads: 3, headDim: 20, shared: false)
    let operands = Operands(shape, seed: 2)
    let one = try Self.run(shape, operands, KernelContext(variant))
    for threads: UInt32 in [2, 3, 7] {
      let several = try Self.run(shape, operands, KernelContext(variant, threads: threads))
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let shape = Shape(queries: 3, tokens: 4, heads: 2, headDim: 3)
    let operands = Operands(shape, seed: 1)
    let q = GuardedMatrix(rows: 3, columns: 6, values: operands.q)
    let k = GuardedMatrix(rows: 4, columns: 6, values: operands.k)
    let v = GuardedMatrix(rows: 4, columns: 6, values: operands.v)
    let out = GuardedMatrix(rows: 3, columns: 6)
    var good = ramk_cross_attention_arguments(
      batch: 1, queries: 3, tokens: 4, heads: 2, head_dim: 3, q: q.pointer, q_stride: 6,
      q_batch_stride: 0, k: k.pointer, k_stride: 6, v: v.pointer, v_stride: 6, scale: 1,
      out: out.pointer, out_stride: 6)
    let workspace = GuardedBuffer(
      byteCount: ramk_cross_attention_workspace_size(context.pointer, RAMK_FLOAT32, &good))
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32, bytes: Int? = nil,
      _ change: (inout ramk_cross_attention_arguments) -> Void = { _ in }
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_cross_attention(
        context.pointer, precision, &arguments, workspace.start, bytes ?? workspace.byteCount)
    }
    #expect(status { $0.q = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.k = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.v = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.q_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.k_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.v_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.batch = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.heads = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.q_batch_stride = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status(bytes: workspace.byteCount - 1) == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(RAMK_INT8) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(
      ramk_cross_attention(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status() == RAMK_OK)
  }
}
