import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct MatrixProductTests {
  /// One product with its operands between fences.
  struct Case: CustomStringConvertible {
    var m, n, k: Int
    var padding = 0
    var biased = true
    var residual = Residual.none
    var activation = RAMK_ACTIVATION_NONE
    /// LayerNorm's gain and bias, [n] each.
    var norm: (gain: [Float], bias: [Float])?

    enum Residual: CaseIterable { case none, apart, output }

    var description: String {
      "\(m)x\(n)x\(k) padding \(padding) bias \(biased) residual \(residual) \(activation.rawValue)"
    }
  }

  static let activations = [
    RAMK_ACTIVATION_NONE, RAMK_ACTIVATION_RELU, RAMK_ACTIVATION_RELU6, RAMK_ACTIVATION_GELU,
  ]

  /// Each size around every block of every implementation while the others stay small: strips of 4,
  /// 6, 8, 14 and 32 rows, panels of 8, 16 and 32 columns, chunks of 256, 384, 512 and 768, units of
  /// 2, 4 and 32, tasks' rows and columns.
  static let cases: [Case] = {
    let rows = [
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 29, 31, 32, 33, 95, 96, 97, 143, 145, 251, 253,
    ]
    let columns = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 65, 511, 513, 769]
    let depths = [
      0, 1, 2, 7, 8, 9, 17, 31, 32, 33, 63, 64, 65, 191, 192, 193, 255, 256, 257, 383, 384, 385,
      513,
      767, 769,
    ]
    var cases: [Case] = []
    cases += rows.map { Case(m: $0, n: 17, k: 11) }
    cases += columns.map { Case(m: 7, n: $0, k: 11) }
    cases += depths.map { Case(m: 7, n: 33, k: $0) }
    cases += [Case(m: 101, n: 103, k: 307), Case(m: 29, n: 259, k: 509)]
    for index in cases.indices {
      cases[index].padding = [0, 1, 5][index % 3]
      cases[index].biased = index % 4 != 3
      cases[index].residual = Case.Residual.allCases[index % 3]
      cases[index].activation = activations[index / 2 % 4]
    }
    for residual in Case.Residual.allCases {
      for activation in activations {
        cases.append(
          Case(m: 9, n: 35, k: 300, padding: 3, residual: residual, activation: activation))
      }
    }
    return cases
  }()

  static let epsilon: Float = 1e-5

  struct Operands {
    let a, weights, bias, residual: [Float]
  }

  static func run(
    _ shape: Case, _ operands: Operands, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let a = GuardedMatrix(rows: m, columns: k, stride: k + shape.padding, values: operands.a)
    let bias = GuardedMatrix(operands.bias)
    let residual = GuardedMatrix(
      rows: m, columns: n, stride: n + 2 * shape.padding, values: operands.residual)
    let inPlace = shape.residual == .output
    let out =
      inPlace ? residual : GuardedMatrix(rows: m, columns: n, stride: n + shape.padding)
    let weights = context.prepared(operands.weights, n: n, k: k)
    let (gain, normBias) = (shape.norm?.gain, shape.norm?.bias)
    let norm = (gain.map { GuardedMatrix($0) }, normBias.map { GuardedMatrix($0) })
    let workspace = GuardedBuffer(
      byteCount: ramk_gemm_workspace_size(context.pointer, context.precision, m, n, k))
    var arguments = ramk_gemm_arguments(
      m: m, a: a.pointer, rounded_a: nil, a_stride: a.stride, weights: weights.start,
      bias: shape.biased ? bias.pointer : nil,
      residual: shape.residual == .none ? nil : residual.pointer, residual_stride: residual.stride,
      activation: shape.activation, gain: norm.0.map { UnsafePointer($0.pointer) },
      norm_bias: norm.1.map { UnsafePointer($0.pointer) }, epsilon: epsilon, out: out.pointer,
      rounded_out: nil, out_stride: out.stride)
    let status = ramk_gemm(
      context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    try #require(status == RAMK_OK, "\(shape)")
    withExtendedLifetime((bias, norm)) {}
    for damage in [weights.damage, workspace.damage, a.damage, residual.damage] {
      #expect(damage == nil, "\(shape)")
    }
    return out
  }

  @Test(arguments: KernelVariant.all)
  func agreesWithReference(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, shape) in Self.cases.enumerated() {
      let operands = Operands(shape, seed: UInt64(index))
      let expected = Reference.matrixProduct(
        operands.a, m: shape.m, n: shape.n, k: shape.k, weights: operands.weights,
        bias: shape.biased ? operands.bias : nil,
        residual: shape.residual == .none ? nil : operands.residual, activation: shape.activation,
        precision: variant.precision)
      let out = try Self.run(shape, operands, context)
      #expect(expected.mismatch(out) == nil, "\(shape)")
    }
  }

  @Test(arguments: KernelVariant.all)
  func doesNotDependOnThreads(_ variant: KernelVariant) throws {
    let shape = Case(m: 300, n: 530, k: 600, residual: .apart, activation: RAMK_ACTIVATION_GELU)
    let operands = Operands(shape, seed: 3)
    let one = try Self.run(shape, operands, KernelContext(variant))
    for threads: UInt32 in [2, 3, 7] {
      let several = try Self.run(shape, operands, KernelContext(variant, threads: threads))
      #expect(one.values.map(\.bitPattern) == several.values.map(\.bitPattern))
    }
  }

  /// A row's result is the same whatever stands above and below it: a photo's tags must not change
  /// with the batch that it comes in.
  @Test(arguments: KernelVariant.all)
  func doesNotDependOnOtherRows(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    let shape = Case(m: 40, n: 50, k: 300, activation: RAMK_ACTIVATION_GELU)
    let operands = Operands(shape, seed: 4)
    let all = try Self.run(shape, operands, context).values
    for row in [0, 1, 17, 39] {
      var alone = shape
      alone.m = 1
      let slice = Array(operands.a[row * shape.k..<(row + 1) * shape.k])
      let one = try Self.run(
        alone,
        Operands(a: slice, weights: operands.weights, bias: operands.bias, residual: operands.bias),
        context)
      #expect(
        one.values.map(\.bitPattern)
          == all[row * shape.n..<(row + 1) * shape.n].map(\.bitPattern), "row \(row)")
    }
  }

  /// Bytes are summed exactly, and what follows is the same few operations: wherever those are fused, the
  /// outputs are the same.
  @Test func bytesGiveTheSameBitsEverywhere() throws {
    let shape = Case(m: 31, n: 70, k: 1600, padding: 1, residual: .apart)
    let operands = Operands(shape, seed: 5)
    let fused = KernelVariant.all.filter {
      $0.precision == RAMK_INT8
        && ![RAMK_GENERIC, RAMK_AMX_EMULATED].contains($0.implementation)
    }
    let outputs = try fused.map { try Self.run(shape, operands, KernelContext($0)).values }
    for (variant, output) in zip(fused, outputs) {
      #expect(output.map(\.bitPattern) == outputs[0].map(\.bitPattern), "\(variant)")
    }
  }

  /// LayerNorm is checked against the reference by itself; behind a product it has to give its very bits.
  @Test(arguments: KernelVariant.all)
  func normalisesItsRows(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for (index, size) in [(1, 17, 9), (29, 33, 300), (150, 64, 20), (61, 769, 50)].enumerated() {
      var shape = Case(
        m: size.0, n: size.1, k: size.2, padding: index, residual: Case.Residual.allCases[index % 3]
      )
      let operands = Operands(shape, seed: UInt64(index))
      var generator = SeededGenerator(seed: 8)
      let norm = (
        gain: generator.floats(shape.n, magnitude: 2), bias: generator.floats(shape.n, magnitude: 2)
      )
      let apart = try Self.run(shape, operands, context)
      let (gain, bias) = (GuardedMatrix(norm.gain), GuardedMatrix(norm.bias))
      let status = ramk_layer_norm(
        context.pointer, shape.m, shape.n, apart.pointer, apart.stride, gain.pointer,
        bias.pointer, Self.epsilon, apart.pointer, apart.stride)
      withExtendedLifetime((context, gain, bias)) {}
      try #require(status == RAMK_OK)
      shape.norm = norm
      for threads: UInt32 in [1, 2, 5] {
        let out = try Self.run(shape, operands, KernelContext(variant, threads: threads))
        let isSame = out.values.map(\.bitPattern) == apart.values.map(\.bitPattern)
        #expect(isSame, "\(shape), \(threads) threads")
      }
    }
  }

  /// A NaN reaches its row's outputs, through every activation, and no others.
  @Test(arguments: KernelVariant.all)
  func keepsNaN(_ variant: KernelVariant) throws {
    let context = KernelContext(variant)
    for activation in Self.activations {
      let shape = Case(m: 9, n: 19, k: 20, activation: activation)
      var a = [Float](repeating: 0.5, count: shape.m * shape.k)
      a[4 * shape.k + 7] = .nan
      let weights = [Float](repeating: 0.25, count: shape.n * shape.k)
      let zeros = [Float](repeating: 0, count: shape.m * shape.n)
      let out = try Self.run(
        shape,
        Operands(a: a, weights: weights, bias: Array(zeros[0..<shape.n]), residual: zeros), context)
      for row in 0..<shape.m {
        for column in 0..<shape.n { #expect(out[row, column].isNaN == (row == 4)) }
      }
    }
  }

  /// GELU over its whole range, tails and specials included, within 2 u of max(1, |x|), or within 2⁻¹⁵
  /// where a product rounds to eight bits anyway.
  @Test(arguments: KernelVariant.all)
  func geluIsAccurate(_ variant: KernelVariant) throws {
    var inputs: [Float] = [0, -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude, 1e30, -1e30]
    inputs += [.infinity, -.infinity, .greatestFiniteMagnitude]
    inputs += (0..<40_000).map { Float($0 - 20_000) / 1_300 }
    // As residuals they reach the activation in float32, whatever the product's precision.
    let shape = Case(
      m: inputs.count, n: 1, k: 1, residual: .apart, activation: RAMK_ACTIVATION_GELU)
    let zeros = [Float](repeating: 0, count: inputs.count)
    let out = try Self.run(
      shape, Operands(a: zeros, weights: [1], bias: [0], residual: inputs), KernelContext(variant))
    let tolerance = variant.precision == RAMK_FLOAT32 ? 0x1p-23 : Reference.narrowGELUError
    for (input, output) in zip(inputs, out.values) {
      guard input > -.infinity, input < .infinity else {
        #expect(output == max(input, 0) || abs(Double(output)) <= tolerance)
        continue
      }
      let (value, _) = Reference.activated(
        Double(input), tolerance: 0, by: RAMK_ACTIVATION_GELU)
      let error = abs(Double(output) - value) / max(1, abs(Double(input)))
      #expect(error <= tolerance, "gelu(\(input)) = \(output), expected \(value)")
    }
  }

  @Test func refusesMisuse() throws {
    let context = KernelContext(RunnableImplementation.all[0])
    let out = GuardedMatrix(rows: 3, columns: 5)
    let a = GuardedMatrix(rows: 3, columns: 4, values: [Float](repeating: 1, count: 12))
    let weights = context.prepared([Float](repeating: 1, count: 20), n: 5, k: 4)
    let workspace = GuardedBuffer(
      byteCount: ramk_gemm_workspace_size(context.pointer, RAMK_FLOAT32, 3, 5, 4))
    let good = ramk_gemm_arguments(
      m: 3, a: a.pointer, rounded_a: nil, a_stride: 4, weights: weights.start, bias: nil,
      residual: nil, residual_stride: 0, activation: RAMK_ACTIVATION_NONE, gain: nil,
      norm_bias: nil, epsilon: 0, out: out.pointer, rounded_out: nil, out_stride: 5)
    let halves = GuardedBfloat16Matrix(rows: 3, columns: 5)
    func status(
      _ precision: ramk_precision = RAMK_FLOAT32, bytes: Int? = nil,
      _ change: (inout ramk_gemm_arguments) -> Void = { _ in }
    ) -> ramk_status {
      var arguments = good
      change(&arguments)
      return ramk_gemm(
        context.pointer, precision, &arguments, workspace.start, bytes ?? workspace.byteCount)
    }
    #expect(status { $0.a = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.weights = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.weights = UnsafeRawPointer(weights.start + 4) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.a_stride = 3 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 4 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.residual = UnsafePointer(out.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.activation = ramk_activation(rawValue: 9) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.gain = UnsafePointer(a.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.rounded_out = halves.pointer } == RAMK_INVALID_ARGUMENT)
    #expect(
      status {
        ($0.out, $0.rounded_out) = (nil, halves.pointer)
        ($0.gain, $0.norm_bias) = (UnsafePointer(a.pointer), UnsafePointer(a.pointer))
      } == RAMK_INVALID_ARGUMENT)
    #expect(
      status { ($0.out, $0.rounded_out, $0.out_stride) = (nil, halves.pointer, 4) }
        == RAMK_INVALID_ARGUMENT)
    #expect(halves.isUntouched)
    #expect(status { $0.m = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.a_stride = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status(bytes: workspace.byteCount - 1) == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(RAMK_INT8) == RAMK_NOT_PREPARED)
    #expect(status(ramk_precision(rawValue: 77)) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(ramk_gemm(context.pointer, RAMK_FLOAT32, nil, nil, 0) == RAMK_INVALID_ARGUMENT)
    var arguments = good
    var empty = ramk_context()
    #expect(
      ramk_gemm(&empty, RAMK_FLOAT32, &arguments, workspace.start, workspace.byteCount)
        == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(out.isUntouched)
    #expect(status() == RAMK_OK)
  }
}

extension MatrixProductTests.Operands {
  init(_ shape: MatrixProductTests.Case, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    a = generator.nastyRows(shape.m, shape.k)
    weights = generator.nastyRows(shape.n, shape.k, largest: 10)
    bias = generator.floats(shape.n, magnitude: 3)
    residual = generator.floats(shape.m * shape.n, magnitude: 3)
  }
}
