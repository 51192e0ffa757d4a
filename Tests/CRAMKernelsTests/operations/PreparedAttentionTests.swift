import CRAMKernels
import Testing
import _RAMKitTestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct PreparedAttentionTests {
  /// One attention with its operands between fences.
  struct Case: CustomStringConvertible {
    var m, heads, tokens, n: Int
    /// Numbers of a row that each part of the keys is compared with.
    var k: Int
    var asksByHeads = false
    var hasMean = true
    var padding = 0
    var biased = true
    var residual = FeedForwardTests.Case.Residual.apart
    var normed = true

    var parts: Int { asksByHeads ? heads : 1 }
    var width: Int { parts * k }
    var weights: Int { heads * tokens }
    var description: String {
      "\(m)x\(width) parts \(parts) heads \(heads) tokens \(tokens) n \(n) mean \(hasMean) "
        + "padding \(padding) bias \(biased) residual \(residual) norm \(normed)"
    }
  }

  /// Sizes around every implementation's strips, panels and chunks, and rows enough for many blocks.
  static let cases: [Case] = {
    var cases = [0, 1, 5, 13, 15, 33, 131, 301].map {
      Case(m: $0, heads: 2, tokens: 9, n: 17, k: 11)
    }
    cases += [1, 15, 16, 17, 49, 144, 200].map { Case(m: 17, heads: 4, tokens: $0, n: 13, k: 8) }
    cases += [0, 1, 191, 193, 385].map { Case(m: 9, heads: 3, tokens: 5, n: 11, k: $0) }
    cases += [0, 1, 33, 65].map { Case(m: 9, heads: 1, tokens: 21, n: $0, k: 15) }
    for index in cases.indices {
      cases[index].asksByHeads = index % 2 == 1
      cases[index].hasMean = index % 5 != 4
      cases[index].padding = [0, 1, 5][index % 3]
      cases[index].biased = index % 4 != 3
      cases[index].residual = FeedForwardTests.Case.Residual.allCases[index % 3]
      cases[index].normed = index % 2 == 0
    }
    return cases
  }()

  static let epsilon: Float = 1e-5
  static let scale: Float = 0.3

  struct Operands {
    let x, keyBias, values, bias, residual, gain, normBias: [Float]
    /// Of each part.
    let keys: [[Float]]

    init(_ shape: Case, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      x = generator.nastyRows(shape.m, shape.width, largest: 10)
      keys = (0..<shape.parts).map { _ in
        generator.floats(shape.weights / shape.parts * shape.k, magnitude: 2)
      }
      keyBias = generator.floats(shape.weights, magnitude: 3)
      values = generator.nastyRows(shape.n, shape.weights, largest: 10)
      bias = generator.floats(shape.n, magnitude: 3)
      residual = generator.floats(shape.m * shape.n, magnitude: 3)
      gain = generator.floats(shape.n, magnitude: 2)
      normBias = generator.floats(shape.n, magnitude: 2)
    }
  }

  static func run(
    _ shape: Case, _ operands: Operands, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let x = GuardedMatrix(
      rows: shape.m, columns: shape.width, stride: shape.width + shape.padding, values: operands.x)
    let vectors = [operands.keyBias, operands.bias, operands.gain, operands.normBias].map {
      GuardedMatrix($0)
    }
    let residual = GuardedMatrix(
      rows: shape.m, columns: shape.n, stride: shape.n + 2 * shape.padding,
      values: operands.residual)
    let out =
      shape.residual == .output
      ? residual
      : GuardedMatrix(rows: shape.m, columns: shape.n, stride: shape.n + shape.padding)
    let keys = operands.keys.map {
      context.prepared($0, n: shape.weights / shape.parts, k: shape.k)
    }
    let values = context.prepared(operands.values, n: shape.n, k: shape.weights)
    let starts = keys.map { Optional(UnsafeRawPointer($0.start)) }
    let status = starts.withUnsafeBufferPointer { parts in
      var arguments = ramk_prepared_attention_arguments(
        m: shape.m, x: x.pointer, x_stride: x.stride, heads: shape.heads, tokens: shape.tokens,
        has_mean_token: shape.hasMean, parts: shape.parts, keys: parts.baseAddress,
        key_bias: shape.biased ? vectors[0].pointer : nil, scale: scale, values: values.start,
        bias: shape.biased ? vectors[1].pointer : nil,
        residual: shape.residual == .none ? nil : residual.pointer,
        residual_stride: residual.stride, gain: shape.normed ? vectors[2].pointer : nil,
        norm_bias: shape.normed ? vectors[3].pointer : nil, epsilon: epsilon, out: out.pointer,
        out_stride: out.stride)
      let workspace = GuardedBuffer(
        byteCount: ramk_prepared_attention_workspace_size(
          context.pointer, context.precision, &arguments))
      let status = ramk_prepared_attention(
        context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
      #expect(workspace.damage == nil, "\(shape)")
      return status
    }
    try #require(status == RAMK_OK, "\(shape)")
    withExtendedLifetime(vectors) {}
    for damage in (keys + [values]).map(\.damage) + [x.damage, residual.damage] {
      #expect(damage == nil, "\(shape)")
    }
    return out
  }

  /// The products, the softmax and the LayerNorm by themselves.
  static func runApart(
    _ shape: Case, _ operands: Operands, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let scores = GuardedMatrix(
      rows: shape.m, columns: shape.weights,
      values: [Float](repeating: 0, count: shape.m * shape.weights))
    let columns = shape.weights / shape.parts
    for part in 0..<shape.parts {
      let x = (0..<shape.m).flatMap {
        operands.x[($0 * shape.width + part * shape.k)...].prefix(shape.k)
      }
      let product = try MatrixProductTests.run(
        MatrixProductTests.Case(m: shape.m, n: columns, k: shape.k, biased: shape.biased),
        MatrixProductTests.Operands(
          a: x, weights: operands.keys[part],
          bias: Array(operands.keyBias[(part * columns)...].prefix(columns)),
          residual: [Float](repeating: 0, count: shape.m * columns)),
        context)
      for row in 0..<shape.m {
        for column in 0..<columns {
          scores.pointer[row * shape.weights + part * columns + column] = product[row, column]
        }
      }
    }
    let status = (shape.hasMean ? ramk_softmax_with_mean : ramk_softmax)(
      context.pointer, shape.m * shape.heads, shape.tokens, scale, scores.pointer, shape.tokens,
      scores.pointer, shape.tokens)
    try #require(status == RAMK_OK)
    let out = try MatrixProductTests.run(
      MatrixProductTests.Case(
        m: shape.m, n: shape.n, k: shape.weights, biased: shape.biased,
        residual: shape.residual == .none ? .none : .apart),
      MatrixProductTests.Operands(
        a: scores.values, weights: operands.values, bias: operands.bias,
        residual: operands.residual),
      context)
    guard shape.normed else { return out }
    let (gain, bias) = (GuardedMatrix(operands.gain), GuardedMatrix(operands.normBias))
    try #require(
      ramk_layer_norm(
        context.pointer, shape.m, shape.n, out.pointer, out.stride, gain.pointer, bias.pointer,
        epsilon, out.pointer, out.stride) == RAMK_OK)
    return out
  }

  /// Products, softmax and LayerNorm are checked against the reference by themselves; the attention has to
  /// give their very bits, on any number of threads.
  @Test(arguments: KernelVariant.all)
  func isItsPartsBitForBit(_ variant: KernelVariant) throws {
    for (index, shape) in Self.cases.enumerated() {
      let operands = Operands(shape, seed: UInt64(index))
      let apart = try Self.runApart(shape, operands, KernelContext(variant))
      for threads: UInt32 in [1, 2, 5] {
        let fused = try Self.run(shape, operands, KernelContext(variant, threads: threads))
        let isSame = apart.values.map(\.bitPattern) == fused.values.map(\.bitPattern)
        #expect(isSame, "\(shape), \(threads) threads")
      }
    }
  }

  /// Attention of projected rows to tokens and their mean, projected again, is that of the rows themselves to
  /// tokens that hold both projections.
  @Test(arguments: RunnableImplementation.all)
  func foldedProjectionsGiveTheSame(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    let (m, heads, dim, tokens) = (21, 3, 10, 13)
    let width = heads * dim
    var generator = SeededGenerator(seed: 3)
    let x = generator.floats(m * width)
    let (query, output) = (generator.floats(width * width), generator.floats(width * width))
    let (k, v) = (generator.floats(tokens * width), generator.floats(tokens * width))
    // As the official code does it, in float64: [m, width].
    var expected = [Double](repeating: 0, count: m * width)
    for row in 0..<m {
      for head in 0..<heads {
        let q = (0..<dim).map { d in
          (0..<width).reduce(0.0) {
            $0 + Double(x[row * width + $1]) * Double(query[(head * dim + d) * width + $1])
          }
        }
        var scores = (0..<tokens).map { token in
          (0..<dim).reduce(0.0) { $0 + q[$1] * Double(k[token * width + head * dim + $1]) }
        }
        scores.append(scores.reduce(0, +) / Double(tokens))
        let weights = scores.map { exp($0 * Double(Self.scale)) }
        let sum = weights.reduce(0, +)
        for d in 0..<dim {
          let column = (0..<tokens).map { Double(v[$0 * width + head * dim + d]) }
          let mean = column.reduce(0, +) / Double(tokens)
          let value = zip(weights, column + [mean]).reduce(0) { $0 + $1.0 * $1.1 } / sum
          for out in 0..<width {
            expected[row * width + out] += value * Double(output[out * width + head * dim + d])
          }
        }
      }
    }
    var (keys, values) = (
      [Float](repeating: 0, count: heads * tokens * width),
      [Float](repeating: 0, count: width * heads * tokens)
    )
    for head in 0..<heads {
      for token in 0..<tokens {
        for column in 0..<width {
          for d in head * dim..<(head + 1) * dim {
            let place = head * tokens + token
            keys[place * width + column] += k[token * width + d] * query[d * width + column]
            values[column * heads * tokens + place] +=
              v[token * width + d] * output[column * width + d]
          }
        }
      }
    }
    let shape = Case(
      m: m, heads: heads, tokens: tokens, n: width, k: width, biased: false, residual: .none,
      normed: false)
    let operands = Operands(shape, x: x, keys: keys, values: values)
    let out = try Self.run(shape, operands, context)
    for (found, wanted) in zip(out.values, expected) {
      #expect(abs(Double(found) - wanted) < 1e-4)
    }
  }

  @Test func refusesMisuse() throws {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix(rows: 3, columns: 4, values: [Float](repeating: 1, count: 12))
    let out = GuardedMatrix(rows: 3, columns: 5)
    let gain = GuardedMatrix([Float](repeating: 1, count: 5))
    let keys = context.prepared([Float](repeating: 1, count: 24), n: 6, k: 4)
    let (half, other) = (
      context.prepared([Float](repeating: 1, count: 6), n: 3, k: 2),
      context.prepared([Float](repeating: 1, count: 9), n: 3, k: 3)
    )
    let values = context.prepared([Float](repeating: 1, count: 30), n: 5, k: 6)
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32, missing: Int = 0,
      keys parts: [GuardedBuffer?]? = nil,
      _ change: (inout ramk_prepared_attention_arguments) -> Void = { _ in }
    ) -> ramk_status {
      (parts ?? [keys]).map { $0.map { UnsafeRawPointer($0.start) } }.withUnsafeBufferPointer {
        var arguments = ramk_prepared_attention_arguments(
          m: 3, x: x.pointer, x_stride: 4, heads: 2, tokens: 3, has_mean_token: true,
          parts: $0.count, keys: $0.baseAddress, key_bias: nil, scale: 1, values: values.start,
          bias: nil, residual: nil, residual_stride: 0, gain: nil, norm_bias: nil, epsilon: 0,
          out: out.pointer, out_stride: 5)
        let workspace = GuardedBuffer(
          byteCount: ramk_prepared_attention_workspace_size(
            context.pointer, RAMK_FLOAT32, &arguments))
        change(&arguments)
        return ramk_prepared_attention(
          context.pointer, precision, &arguments, workspace.start, workspace.byteCount - missing)
      }
    }
    #expect(status { $0.x = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.keys = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.values = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.values = UnsafeRawPointer(keys.start) } == RAMK_INVALID_ARGUMENT)
    #expect(status(keys: [nil]) == RAMK_INVALID_ARGUMENT)
    #expect(status(keys: [values]) == RAMK_INVALID_ARGUMENT)
    #expect(status(keys: [half, other]) == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.heads = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.tokens = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.parts = 0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.parts = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.x_stride = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 4 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.gain = UnsafePointer(gain.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.residual = UnsafePointer(out.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.x = UnsafePointer(out.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.heads = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.m = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status(missing: 1) == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(RAMK_INT8) == RAMK_NOT_PREPARED)
    #expect(
      ramk_prepared_attention(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status() == RAMK_OK)
    #expect(status(keys: [half, half]) == RAMK_OK)
  }
}

extension PreparedAttentionTests.Operands {
  /// Of one part, without what is added.
  init(_ shape: PreparedAttentionTests.Case, x: [Float], keys: [Float], values: [Float]) {
    (self.x, self.keys, self.values) = (x, [keys], values)
    (keyBias, bias, residual, gain, normBias) = (
      [Float](repeating: 0, count: shape.weights), [Float](repeating: 0, count: shape.n),
      [Float](repeating: 0, count: shape.m * shape.n), [], []
    )
  }
}
