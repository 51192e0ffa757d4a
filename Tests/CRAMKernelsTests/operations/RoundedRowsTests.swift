import CRAMKernels
import Testing
import _RAMKitTestSupport

/// Products that round what they write, and window attention that reads such rows.
@Suite struct RoundedRowsTests {
  typealias Product = MatrixProductTests
  typealias Attention = WindowAttentionTests

  /// The law: rounding on the way out gives the bits of rounding afterwards, but for denormals.
  @Test(arguments: KernelVariant.all)
  func productsRoundAsTheyWrite(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, shape) in Product.cases.enumerated() where shape.residual != .output {
      let operands = Product.Operands(shape, seed: UInt64(index))
      let expected = try Product.run(shape, operands, context).values
      let out = try Self.round(shape, operands, context)
      let wrong = zip(expected, out.bits).first { !Self.isRounded($0, to: $1) }
      #expect(wrong == nil, "\(shape)")
      #expect(out.damage == nil, "\(shape)")
    }
  }

  /// The law: rows that were rounded beforehand give the bits that they give as floats, and no product of
  /// another precision takes them.
  @Test(arguments: KernelVariant.all)
  func productsTakeRoundedRows(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, shape) in Product.cases.enumerated()
    where shape.residual != .output && shape.norm == nil {
      let operands = Product.Operands(shape, seed: UInt64(index))
      let a = GuardedBfloat16Matrix(
        rows: shape.m, columns: shape.k, stride: shape.k + shape.padding, rounding: operands.a)
      let out = GuardedBfloat16Matrix(rows: shape.m, columns: shape.n)
      let status = try Self.round(shape, operands, context, rounded: a, into: out)
      guard variant.precision == RAMK_BFLOAT16 else {
        let isNone = shape.m == 0 || shape.n == 0
        #expect(status == (isNone ? RAMK_OK : RAMK_IMPLEMENTATION_UNAVAILABLE), "\(shape)")
        continue
      }
      try #require(status == RAMK_OK, "\(shape)")
      let expected = try Self.round(
        shape,
        Product.Operands(
          a: a.values, weights: operands.weights, bias: operands.bias,
          residual: operands.residual),
        context)
      #expect(out.bits == expected.bits, "\(shape)")
      #expect(out.damage == nil && a.damage == nil, "\(shape)")
    }
  }

  @Test(arguments: KernelVariant.all)
  func roundedProductsDoNotDependOnThreads(_ variant: KernelVariant) throws {
    let shape = Product.Case(m: 97, n: 131, k: 900, activation: RAMK_ACTIVATION_GELU)
    let operands = Product.Operands(shape, seed: 4)
    let one = try Self.round(shape, operands, KernelContext(variant))
    let three = try Self.round(shape, operands, KernelContext(variant, threads: 3))
    #expect(one.bits == three.bits)
  }

  /// Few rows and many threads: each task has some of the columns, and rows that are read in place.
  @Test(arguments: KernelVariant.all.filter { $0.precision == RAMK_BFLOAT16 })
  func productsOfRoundedRowsDoNotDependOnThreads(_ variant: KernelVariant) throws {
    let shape = Product.Case(m: 145, n: 512, k: 400)
    let operands = Product.Operands(shape, seed: 6)
    let a = GuardedBfloat16Matrix(rows: shape.m, columns: shape.k, rounding: operands.a)
    let results = try [UInt32(1), 2, 5].map { threads in
      let out = GuardedBfloat16Matrix(rows: shape.m, columns: shape.n)
      let context = KernelContext(variant, threads: threads)
      try #require(
        try Self.round(shape, operands, context, rounded: a, into: out) == RAMK_OK)
      return out.bits
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test(arguments: KernelVariant.ofAttention)
  func attentionReadsRoundedRows(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, shape) in Attention.shapes.enumerated() {
      var operands = Attention.Operands(shape, seed: UInt64(index))
      // Of queries times a power of two it does not matter when they are rounded.
      operands.scale = 0.25
      let stride = 3 * shape.channels + index % 3
      let qkv = GuardedBfloat16Matrix(
        rows: shape.tokens, columns: 3 * shape.channels, stride: stride, rounding: operands.qkv)
      let expected = Reference.windowAttention(
        qkv.values, shape, relativePositionBias: operands.bias, scale: operands.scale,
        precision: variant.precision)
      let out = try Self.attend(to: qkv, shape, operands, context)
      #expect(expected.mismatch(out) == nil, "\(shape)")
    }
  }

  /// A scale that nothing can be divided by goes another way.
  @Test(arguments: KernelVariant.ofAttention)
  func attentionTakesAnyScale(_ variant: KernelVariant) throws {
    let shape = Attention.Shape(
      batch: 1, height: 8, width: 8, window: 4, shift: 1, heads: 2, headDim: 6)
    let some = Attention.Operands(shape, seed: 3)
    for scale: Float in [0, -0.5, 0x1p-70] {
      let operands = Attention.Operands(qkv: some.qkv, bias: some.bias, scale: scale)
      let qkv = GuardedBfloat16Matrix(
        rows: shape.tokens, columns: 3 * shape.channels, rounding: operands.qkv)
      let expected = Reference.windowAttention(
        qkv.values, shape, relativePositionBias: operands.bias, scale: scale,
        precision: variant.precision)
      let out = try Self.attend(to: qkv, shape, operands, KernelContext(variant))
      #expect(expected.mismatch(out) == nil, "\(scale)")
    }
  }

  private static func isRounded(_ value: Float, to bits: UInt16) -> Bool {
    if abs(value) < .leastNormalMagnitude && bits & 0x7FFF == 0 { return true }
    let rounded = ElementReference.bfloat16(ElementReference.rounded(toBfloat16: value))
    return ElementReference.same(rounded, ElementReference.bfloat16(bits))
  }

  private static func round(
    _ shape: Product.Case, _ operands: Product.Operands, _ context: KernelContext
  ) throws -> GuardedBfloat16Matrix {
    let out = GuardedBfloat16Matrix(
      rows: shape.m, columns: shape.n, stride: shape.n + shape.padding)
    let status = try round(shape, operands, context, rounded: nil, into: out)
    try #require(status == RAMK_OK, "\(shape)")
    return out
  }

  /// The product of `rounded`, or of the operands' own rows.
  private static func round(
    _ shape: Product.Case, _ operands: Product.Operands, _ context: KernelContext,
    rounded: GuardedBfloat16Matrix?, into out: GuardedBfloat16Matrix
  ) throws -> ramk_status {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let a = GuardedMatrix(rows: m, columns: k, stride: k + shape.padding, values: operands.a)
    let bias = GuardedMatrix(operands.bias)
    let residual = GuardedMatrix(rows: m, columns: n, values: operands.residual)
    let weights = context.prepared(operands.weights, n: n, k: k)
    let workspace = GuardedBuffer(
      byteCount: ramk_gemm_workspace_size(context.pointer, context.precision, m, n, k))
    var arguments = ramk_gemm_arguments()
    (arguments.m, arguments.a_stride) = (m, rounded?.stride ?? a.stride)
    if let rounded { arguments.rounded_a = UnsafePointer(rounded.pointer) }
    if rounded == nil { arguments.a = UnsafePointer(a.pointer) }
    arguments.weights = UnsafeRawPointer(weights.start)
    if shape.biased { arguments.bias = UnsafePointer(bias.pointer) }
    if shape.residual != .none { arguments.residual = UnsafePointer(residual.pointer) }
    arguments.residual_stride = n
    arguments.activation = shape.activation
    (arguments.rounded_out, arguments.out_stride) = (out.pointer, out.stride)
    let status = ramk_gemm(
      context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    withExtendedLifetime(bias) {}
    #expect(workspace.damage == nil && a.damage == nil, "\(shape)")
    return status
  }

  private static func attend(
    to qkv: GuardedBfloat16Matrix, _ shape: Attention.Shape, _ operands: Attention.Operands,
    _ context: KernelContext
  ) throws -> GuardedMatrix {
    let bias = GuardedMatrix(operands.bias)
    let out = GuardedMatrix(rows: shape.tokens, columns: shape.channels)
    var arguments = ramk_window_attention_arguments(
      batch: shape.batch, height: shape.height, width: shape.width, window: shape.window,
      shift: shape.shift, heads: shape.heads, head_dim: shape.headDim, qkv: nil,
      rounded_qkv: qkv.pointer, qkv_stride: qkv.stride, relative_position_bias: bias.pointer,
      scale: operands.scale, out: out.pointer, out_stride: out.stride)
    let workspace = GuardedBuffer(
      byteCount: ramk_window_attention_workspace_size(
        context.pointer, context.precision, &arguments))
    let status = ramk_window_attention(
      context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    try #require(status == RAMK_OK, "\(shape)")
    #expect(workspace.damage == nil && qkv.damage == nil && bias.damage == nil, "\(shape)")
    return out
  }
}
