import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct FeedForwardTests {
  /// One network with its operands between fences.
  struct Case: CustomStringConvertible {
    var m, k, hidden, n: Int
    var padding = 0
    var biased = true
    var residual = Residual.apart
    var normed = true
    var activation = RAMK_ACTIVATION_GELU

    enum Residual: CaseIterable { case none, apart, output }

    var description: String {
      "\(m)x\(k)->\(hidden)->\(n) padding \(padding) bias \(biased) residual \(residual) "
        + "norm \(normed) \(activation.rawValue)"
    }
  }

  /// Sizes around every implementation's strips, panels and chunks, and rows enough for many blocks.
  static let cases: [Case] = {
    var cases = [0, 1, 5, 13, 15, 33, 61, 131].map { Case(m: $0, k: 9, hidden: 21, n: 17) }
    cases += [0, 1, 191, 193, 257, 385, 769].map { Case(m: 9, k: $0, hidden: 19, n: 11) }
    cases += [0, 1, 191, 192, 193, 256, 257, 385, 513, 769].map {
      Case(m: 17, k: 7, hidden: $0, n: 13)
    }
    cases += [1, 16, 33, 65].map { Case(m: 9, k: 15, hidden: 31, n: $0) }
    cases += [Case(m: 301, k: 64, hidden: 200, n: 33), Case(m: 120, k: 256, hidden: 256, n: 64)]
    for index in cases.indices {
      cases[index].padding = [0, 1, 5][index % 3]
      cases[index].biased = index % 4 != 3
      cases[index].residual = Case.Residual.allCases[index % 3]
      cases[index].normed = index % 2 == 0
      cases[index].activation = MatrixProductTests.activations[3 - index % 4]
    }
    return cases
  }()

  static let epsilon: Float = 1e-5

  struct Operands {
    let x, up, upBias, down, downBias, residual, gain, normBias: [Float]

    init(_ shape: Case, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      x = generator.nastyRows(shape.m, shape.k)
      up = generator.nastyRows(shape.hidden, shape.k, largest: 10)
      upBias = generator.floats(shape.hidden, magnitude: 3)
      down = generator.nastyRows(shape.n, shape.hidden, largest: 10)
      downBias = generator.floats(shape.n, magnitude: 3)
      residual = generator.floats(shape.m * shape.n, magnitude: 3)
      gain = generator.floats(shape.n, magnitude: 2)
      normBias = generator.floats(shape.n, magnitude: 2)
    }
  }

  static func run(
    _ shape: Case, _ operands: Operands, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let (m, k, n) = (shape.m, shape.k, shape.n)
    let x = GuardedMatrix(rows: m, columns: k, stride: k + shape.padding, values: operands.x)
    let (upBias, downBias) = (GuardedMatrix(operands.upBias), GuardedMatrix(operands.downBias))
    let (gain, normBias) = (GuardedMatrix(operands.gain), GuardedMatrix(operands.normBias))
    let residual = GuardedMatrix(
      rows: m, columns: n, stride: n + 2 * shape.padding, values: operands.residual)
    let out =
      shape.residual == .output
      ? residual : GuardedMatrix(rows: m, columns: n, stride: n + shape.padding)
    let up = context.prepared(operands.up, n: shape.hidden, k: k)
    let down = context.prepared(operands.down, n: n, k: shape.hidden)
    var arguments = ramk_feed_forward_arguments(
      m: m, x: x.pointer, x_stride: x.stride, up: up.start,
      up_bias: shape.biased ? upBias.pointer : nil, activation: shape.activation, down: down.start,
      down_bias: shape.biased ? downBias.pointer : nil,
      residual: shape.residual == .none ? nil : residual.pointer,
      residual_stride: residual.stride, gain: shape.normed ? gain.pointer : nil,
      norm_bias: shape.normed ? normBias.pointer : nil, epsilon: epsilon, out: out.pointer,
      out_stride: out.stride)
    let workspace = GuardedBuffer(
      byteCount: ramk_feed_forward_workspace_size(context.pointer, context.precision, &arguments))
    let status = ramk_feed_forward(
      context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    try #require(status == RAMK_OK, "\(shape)")
    withExtendedLifetime((upBias, downBias, gain, normBias)) {}
    for damage in [up.damage, down.damage, workspace.damage, x.damage, residual.damage] {
      #expect(damage == nil, "\(shape)")
    }
    return out
  }

  /// The two products and the LayerNorm by themselves.
  static func runApart(
    _ shape: Case, _ operands: Operands, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let hidden = try MatrixProductTests.run(
      MatrixProductTests.Case(
        m: shape.m, n: shape.hidden, k: shape.k, biased: shape.biased,
        activation: shape.activation),
      MatrixProductTests.Operands(
        a: operands.x, weights: operands.up, bias: operands.upBias,
        residual: [Float](repeating: 0, count: shape.m * shape.hidden)),
      context)
    let out = try MatrixProductTests.run(
      MatrixProductTests.Case(
        m: shape.m, n: shape.n, k: shape.hidden, biased: shape.biased,
        residual: shape.residual == .none ? .none : .apart),
      MatrixProductTests.Operands(
        a: hidden.values, weights: operands.down, bias: operands.downBias,
        residual: operands.residual),
      context)
    guard shape.normed else { return out }
    let (gain, bias) = (GuardedMatrix(operands.gain), GuardedMatrix(operands.normBias))
    let status = ramk_layer_norm(
      context.pointer, shape.m, shape.n, out.pointer, out.stride, gain.pointer, bias.pointer,
      epsilon, out.pointer, out.stride)
    try #require(status == RAMK_OK)
    return out
  }

  /// Products and LayerNorm are checked against the reference by themselves; the network has to give
  /// their very bits, on any number of threads, and with too few rows for them.
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

  /// States are the network's input, its residual and its output, as in a transformer's layer.
  @Test(arguments: KernelVariant.all)
  func worksInPlace(_ variant: KernelVariant) throws {
    let shape = Case(m: 120, k: 40, hidden: 200, n: 40)
    var operands = Operands(shape, seed: 5)
    operands = Operands(copying: operands, residual: operands.x)
    let apart = try Self.run(shape, operands, KernelContext(variant))
    for threads: UInt32 in [1, 3, 30] {
      let context = KernelContext(variant, threads: threads)
      let states = GuardedMatrix(rows: shape.m, columns: shape.k, values: operands.x)
      let up = context.prepared(operands.up, n: shape.hidden, k: shape.k)
      let down = context.prepared(operands.down, n: shape.n, k: shape.hidden)
      let vectors = [operands.upBias, operands.downBias, operands.gain, operands.normBias].map {
        GuardedMatrix($0)
      }
      var arguments = ramk_feed_forward_arguments(
        m: shape.m, x: states.pointer, x_stride: states.stride, up: up.start,
        up_bias: vectors[0].pointer, activation: shape.activation, down: down.start,
        down_bias: vectors[1].pointer, residual: states.pointer, residual_stride: states.stride,
        gain: vectors[2].pointer, norm_bias: vectors[3].pointer, epsilon: Self.epsilon,
        out: states.pointer, out_stride: states.stride)
      let workspace = GuardedBuffer(
        byteCount: ramk_feed_forward_workspace_size(
          context.pointer, context.precision, &arguments))
      #expect(
        ramk_feed_forward(
          context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
          == RAMK_OK)
      withExtendedLifetime((up, down, vectors)) {}
      let isSame = states.values.map(\.bitPattern) == apart.values.map(\.bitPattern)
      #expect(isSame, "\(threads) threads")
    }
  }

  @Test func refusesMisuse() throws {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix(rows: 3, columns: 4, values: [Float](repeating: 1, count: 12))
    let out = GuardedMatrix(rows: 3, columns: 5)
    let gain = GuardedMatrix([Float](repeating: 1, count: 5))
    let up = context.prepared([Float](repeating: 1, count: 24), n: 6, k: 4)
    let down = context.prepared([Float](repeating: 1, count: 30), n: 5, k: 6)
    var good = ramk_feed_forward_arguments(
      m: 3, x: x.pointer, x_stride: 4, up: up.start, up_bias: nil,
      activation: RAMK_ACTIVATION_NONE, down: down.start, down_bias: nil, residual: nil,
      residual_stride: 0, gain: nil, norm_bias: nil, epsilon: 0, out: out.pointer, out_stride: 5)
    let workspace = GuardedBuffer(
      byteCount: ramk_feed_forward_workspace_size(context.pointer, RAMK_FLOAT32, &good))
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32, bytes: Int? = nil,
      _ change: (inout ramk_feed_forward_arguments) -> Void = { _ in }
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_feed_forward(
        context.pointer, precision, &arguments, workspace.start, bytes ?? workspace.byteCount)
    }
    #expect(status { $0.x = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.up = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.down = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.down = $0.up } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.x_stride = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 4 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.gain = UnsafePointer(gain.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.residual = UnsafePointer(out.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.x = UnsafePointer(out.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.activation = ramk_activation(rawValue: 9) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.m = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status(bytes: workspace.byteCount - 1) == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(RAMK_INT8) == RAMK_NOT_PREPARED)
    #expect(ramk_feed_forward(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status() == RAMK_OK)
  }
}

extension FeedForwardTests.Operands {
  init(copying other: FeedForwardTests.Operands, residual: [Float]) {
    (x, up, upBias, down, downBias) = (
      other.x, other.up, other.upBias, other.down, other.downBias
    )
    (gain, normBias) = (other.gain, other.normBias)
    self.residual = residual
  }
}
