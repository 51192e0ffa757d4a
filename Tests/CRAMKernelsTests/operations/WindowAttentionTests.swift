import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct WindowAttentionTests {
  typealias Shape = Reference.WindowAttentionShape

  static let shapes: [Shape] = [
    // Swin at 224 and 384 pixels: windows 7 and 12, with and without shift, one window and several.
    Shape(batch: 1, height: 14, width: 14, window: 7, shift: 0, heads: 2, headDim: 32),
    Shape(batch: 2, height: 14, width: 21, window: 7, shift: 3, heads: 3, headDim: 8),
    Shape(batch: 1, height: 24, width: 24, window: 12, shift: 6, heads: 2, headDim: 32),
    Shape(batch: 1, height: 12, width: 12, window: 12, shift: 0, heads: 5, headDim: 12),
    // Heads that fill no vector and no panel, or a little more than one.
    Shape(batch: 1, height: 8, width: 4, window: 4, shift: 2, heads: 2, headDim: 1),
    Shape(batch: 1, height: 8, width: 8, window: 4, shift: 1, heads: 1, headDim: 6),
    Shape(batch: 1, height: 6, width: 9, window: 3, shift: 2, heads: 2, headDim: 33),
    Shape(batch: 1, height: 5, width: 10, window: 5, shift: 4, heads: 1, headDim: 17),
    // A window of one token, and one of 256 whose scores take many blocks.
    Shape(batch: 2, height: 3, width: 2, window: 1, shift: 0, heads: 2, headDim: 4),
    Shape(batch: 1, height: 16, width: 16, window: 16, shift: 0, heads: 1, headDim: 8),
    // The shift where the whole map is one window.
    Shape(batch: 1, height: 7, width: 7, window: 7, shift: 3, heads: 1, headDim: 8),
    // Empty ones.
    Shape(batch: 0, height: 7, width: 7, window: 7, shift: 0, heads: 1, headDim: 8),
    Shape(batch: 1, height: 0, width: 7, window: 7, shift: 0, heads: 1, headDim: 8),
    Shape(batch: 1, height: 7, width: 7, window: 7, shift: 0, heads: 0, headDim: 8),
    Shape(batch: 1, height: 7, width: 7, window: 7, shift: 0, heads: 2, headDim: 0),
  ]

  struct Operands {
    let qkv, bias: [Float]
    var scale: Float
  }

  static func run(
    _ shape: Shape, _ operands: Operands, _ context: KernelContext, padding: Int = 0
  ) throws -> GuardedMatrix {
    let channels = shape.channels
    let qkv = GuardedMatrix(
      rows: shape.tokens, columns: 3 * channels, stride: 3 * channels + padding,
      values: operands.qkv)
    let bias = GuardedMatrix(operands.bias)
    let out = GuardedMatrix(rows: shape.tokens, columns: channels, stride: channels + 2 * padding)
    var arguments = ramk_window_attention_arguments(
      batch: shape.batch, height: shape.height, width: shape.width, window: shape.window,
      shift: shape.shift, heads: shape.heads, head_dim: shape.headDim, qkv: qkv.pointer,
      rounded_qkv: nil, qkv_stride: qkv.stride, relative_position_bias: bias.pointer,
      scale: operands.scale,
      out: out.pointer, out_stride: out.stride)
    let workspace = GuardedBuffer(
      byteCount: ramk_window_attention_workspace_size(
        context.pointer, context.precision, &arguments))
    let status = ramk_window_attention(
      context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    try #require(status == RAMK_OK, "\(shape)")
    #expect(workspace.damage == nil && qkv.damage == nil && bias.damage == nil, "\(shape)")
    return out
  }

  @Test(arguments: KernelVariant.ofAttention)
  func agreesWithReference(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, shape) in Self.shapes.enumerated() {
      let operands = Operands(shape, seed: UInt64(index))
      let expected = Reference.windowAttention(
        operands.qkv, shape, relativePositionBias: operands.bias, scale: operands.scale,
        precision: variant.precision)
      let out = try Self.run(shape, operands, context, padding: index % 3)
      #expect(expected.mismatch(out) == nil, "\(shape)")
    }
  }

  @Test(arguments: KernelVariant.ofAttention)
  func doesNotDependOnThreads(_ variant: KernelVariant) throws {
    let shape = Shape(batch: 2, height: 21, width: 14, window: 7, shift: 3, heads: 3, headDim: 10)
    let operands = Operands(shape, seed: 2)
    let one = try Self.run(shape, operands, KernelContext(variant))
    for threads: UInt32 in [2, 3, 7] {
      let several = try Self.run(shape, operands, KernelContext(variant, threads: threads))
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  /// Moving a whole map by its shift and asking without one is the same inside of windows that do not
  /// straddle the seam: the law that makes rolling an index.
  @Test(arguments: KernelVariant.ofAttention)
  func shiftIsARoll(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    let shifted = Shape(
      batch: 1, height: 12, width: 12, window: 4, shift: 2, heads: 2, headDim: 8)
    var plain = shifted
    plain.shift = 0
    let operands = Operands(shifted, seed: 8)
    let row = 3 * shifted.channels
    var rolled: [Float] = []
    for y in 0..<12 {
      for x in 0..<12 {
        let token = (y + 2) % 12 * 12 + (x + 2) % 12
        rolled += operands.qkv[token * row..<(token + 1) * row]
      }
    }
    let inPlace = try Self.run(shifted, operands, context)
    let moved = try Self.run(
      plain, Operands(qkv: rolled, bias: operands.bias, scale: operands.scale), context)
    for y in 0..<8 {  // windows of the last row and column straddle the seam
      for x in 0..<8 {
        for channel in 0..<shifted.channels {
          let token = (y + 2) % 12 * 12 + (x + 2) % 12
          #expect(
            inPlace[token, channel].bitPattern == moved[y * 12 + x, channel].bitPattern)
        }
      }
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let shape = Shape(batch: 1, height: 4, width: 4, window: 2, shift: 1, heads: 2, headDim: 3)
    let operands = Operands(shape, seed: 1)
    let qkv = GuardedMatrix(rows: 16, columns: 18, values: operands.qkv)
    let bias = GuardedMatrix(operands.bias)
    let out = GuardedMatrix(rows: 16, columns: 6)
    var good = ramk_window_attention_arguments(
      batch: 1, height: 4, width: 4, window: 2, shift: 1, heads: 2, head_dim: 3, qkv: qkv.pointer,
      rounded_qkv: nil, qkv_stride: 18, relative_position_bias: bias.pointer, scale: 1,
      out: out.pointer,
      out_stride: 6)
    let workspace = GuardedBuffer(
      byteCount: ramk_window_attention_workspace_size(context.pointer, RAMK_FLOAT32, &good))
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32, bytes: Int? = nil,
      _ change: (inout ramk_window_attention_arguments) -> Void = { _ in }
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_window_attention(
        context.pointer, precision, &arguments, workspace.start, bytes ?? workspace.byteCount)
    }
    #expect(status { $0.qkv = nil } == RAMK_INVALID_ARGUMENT)
    let halves = GuardedBfloat16Matrix(rows: 16, columns: 18)
    #expect(status { $0.rounded_qkv = UnsafePointer(halves.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.relative_position_bias = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.qkv_stride = 17 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 5 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.window = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.window = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.shift = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.batch = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.heads = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.head_dim = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status(bytes: workspace.byteCount - 1) == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(RAMK_INT8) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(
      ramk_window_attention(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status() == RAMK_OK)
  }
}

extension WindowAttentionTests.Operands {
  /// `magnitude` 3 makes the softmax anything from flat to one-hot.
  init(_ shape: WindowAttentionTests.Shape, seed: UInt64, magnitude: Float = 3) {
    var generator = SeededGenerator(seed: seed)
    qkv = generator.floats(shape.tokens * 3 * shape.channels, magnitude: magnitude)
    bias = generator.floats(shape.biasCount, magnitude: 2)
    scale = 1 / Float(max(shape.headDim, 1)).squareRoot()
  }
}
