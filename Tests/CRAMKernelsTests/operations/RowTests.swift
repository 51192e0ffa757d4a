import CRAMKernels
import Testing
import _RAMKitTestSupport

/// LayerNorm, softmax, means and dot products: the operations that work row by row.
@Suite struct RowTests {
  /// Around vectors of 4, 8 and 16, twice and four times that, and blocks of columns.
  static let columns = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 49, 63, 64, 65, 127, 129, 145, 192, 255,
    257, 1009,
  ]

  // MARK: LayerNorm

  static func layerNorm(
    _ values: [Float], rows: Int, columns: Int, gain: [Float], bias: [Float],
    epsilon: Float = 1e-5, padding: Int = 0, inPlace: Bool = false, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let x = GuardedMatrix(rows: rows, columns: columns, stride: columns + padding, values: values)
    let out =
      inPlace ? x : GuardedMatrix(rows: rows, columns: columns, stride: columns + 2 * padding)
    let (gain, bias) = (GuardedMatrix(gain), GuardedMatrix(bias))
    let status = ramk_layer_norm(
      context.pointer, rows, columns, x.pointer, x.stride, gain.pointer, bias.pointer, epsilon,
      out.pointer, out.stride)
    try #require(status == RAMK_OK)
    #expect(x.damage == nil)
    return out
  }

  @Test(arguments: RunnableImplementation.all)
  func layerNormAgreesWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for (index, columns) in Self.columns.enumerated() {
      var generator = SeededGenerator(seed: UInt64(index))
      let rows = 24
      let x = generator.nastyRows(rows, columns)
      let gain = generator.floats(columns, magnitude: 2)
      let bias = generator.floats(columns)
      let epsilon: Float = [1e-5, 1e-12][index % 2]
      let expected = Reference.layerNorm(
        Reference(exactly: x), rows: rows, columns: columns, gain: gain, bias: bias,
        epsilon: epsilon)
      let out = try Self.layerNorm(
        x, rows: rows, columns: columns, gain: gain, bias: bias, epsilon: epsilon,
        padding: index % 3, inPlace: index % 4 == 3, context)
      #expect(expected.mismatch(out) == nil, "\(columns) columns")
    }
  }

  /// Adding a constant to a row that float32 can add exactly changes next to nothing: what a kernel
  /// that computes E[x²] - E[x]² gets wrong.
  @Test(arguments: RunnableImplementation.all)
  func layerNormIgnoresAnOffset(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    let columns = 192
    let ones = [Float](repeating: 1, count: columns)
    let zeros = [Float](repeating: 0, count: columns)
    let x = (0..<columns).map { Float($0 * 37 % 101) / 64 }
    let near = try Self.layerNorm(x, rows: 1, columns: columns, gain: ones, bias: zeros, context)
    let far = try Self.layerNorm(
      x.map { $0 + 4096 }, rows: 1, columns: columns, gain: ones, bias: zeros, context)
    for column in 0..<columns { #expect(abs(near[0, column] - far[0, column]) < 2e-6) }
  }

  @Test func layerNormRefusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let out = GuardedMatrix(rows: 2, columns: 3)
    let one = GuardedMatrix([1, 1, 1])
    func status(
      rows: Int = 2, _ from: UnsafePointer<Float>?, _ stride: Int = 3,
      gain: UnsafePointer<Float>?, _ to: UnsafeMutablePointer<Float>?, _ outStride: Int = 3
    ) -> ramk_status {
      ramk_layer_norm(
        context.pointer, rows, 3, from, stride, gain, one.pointer, 1e-5, to, outStride)
    }
    #expect(status(nil, gain: one.pointer, out.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(status(x.pointer, gain: nil, out.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(status(x.pointer, gain: one.pointer, nil) == RAMK_INVALID_ARGUMENT)
    #expect(status(x.pointer, 2, gain: one.pointer, out.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(status(x.pointer, gain: one.pointer, out.pointer, 2) == RAMK_INVALID_ARGUMENT)
    #expect(status(x.pointer, 4, gain: one.pointer, x.pointer) == RAMK_INVALID_ARGUMENT)
    #expect(
      status(rows: .max / 2, x.pointer, gain: one.pointer, out.pointer) == RAMK_SIZE_OVERFLOW)
    #expect(
      ramk_layer_norm(nil, 2, 3, x.pointer, 3, one.pointer, one.pointer, 1, out.pointer, 3)
        == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(out.isUntouched)
    #expect(status(x.pointer, gain: one.pointer, out.pointer) == RAMK_OK)
  }

  // MARK: Softmax

  static func softmax(
    _ values: [Float], rows: Int, columns: Int, scale: Float = 1, padding: Int = 0,
    inPlace: Bool = false, _ context: KernelContext
  ) throws -> GuardedMatrix {
    let x = GuardedMatrix(rows: rows, columns: columns, stride: columns + padding, values: values)
    let out =
      inPlace ? x : GuardedMatrix(rows: rows, columns: columns, stride: columns + 2 * padding)
    let status = ramk_softmax(
      context.pointer, rows, columns, scale, x.pointer, x.stride, out.pointer, out.stride)
    try #require(status == RAMK_OK)
    #expect(x.damage == nil)
    return out
  }

  @Test(arguments: RunnableImplementation.all)
  func softmaxAgreesWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for (index, columns) in Self.columns.enumerated() {
      var generator = SeededGenerator(seed: UInt64(index))
      let rows = 24
      let x = generator.nastyRows(rows, columns, largest: 120)
      let scale: Float = [1, 0.07, -0.7, 0][index % 4]
      let expected = Reference.softmax(x, rows: rows, columns: columns, scale: scale)
      let out = try Self.softmax(
        x, rows: rows, columns: columns, scale: scale, padding: index % 3, inPlace: index % 4 == 2,
        context)
      #expect(expected.mismatch(out) == nil, "\(columns) columns")
    }
  }

  /// In float64: one score more, and its probability dealt out.
  @Test(arguments: RunnableImplementation.all)
  func softmaxWithMeanAgreesWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for (index, columns) in Self.columns.enumerated() where columns > 0 {
      var generator = SeededGenerator(seed: UInt64(index))
      let rows = 24
      let values = generator.nastyRows(rows, columns, largest: 120)
      let scale: Float = [1, 0.07, -0.7, 0][index % 4]
      let expected = Reference.softmaxWithMean(values, rows: rows, columns: columns, scale: scale)
      let padding = index % 3
      let x = GuardedMatrix(
        rows: rows, columns: columns, stride: columns + padding, values: values)
      let out =
        index % 4 == 2
        ? x : GuardedMatrix(rows: rows, columns: columns, stride: columns + 2 * padding)
      let status = ramk_softmax_with_mean(
        context.pointer, rows, columns, scale, x.pointer, x.stride, out.pointer, out.stride)
      try #require(status == RAMK_OK)
      #expect(x.damage == nil)
      #expect(expected.mismatch(out) == nil, "\(columns) columns")
    }
  }

  /// Minus infinity is no chance at all, a NaN spoils its own row, and no other.
  @Test(arguments: RunnableImplementation.all)
  func softmaxOfSpecials(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for columns in [2, 9, 16, 37] {
      var x = [Float](repeating: 0.5, count: 3 * columns)
      x[1] = -.infinity
      x[2 * columns + columns - 1] = .nan
      let out = try Self.softmax(x, rows: 3, columns: columns, context)
      #expect(out[0, 1] == 0)
      #expect(abs(out[0, 0] - 1 / Float(columns - 1)) < 1e-6)
      for column in 0..<columns {
        #expect(abs(out[1, column] - 1 / Float(columns)) < 1e-6)
        #expect(out[2, column].isNaN)
      }
    }
  }

  /// However large the scores, and however far apart: probabilities that sum to 1.
  @Test(arguments: RunnableImplementation.all)
  func softmaxStaysFinite(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    let rows: [[Float]] = [
      [3e38, -3e38, 3e38, 0, 0, 0, 0, 0, 1],
      [-1e30, -1e30, -1e30, -1e30, -1e30, -1e30, -1e30, -1e30, -1e30],
      [-.infinity, 0, 1, -.infinity, 2, -.infinity, -.infinity, 3, -.infinity],
      [0, -86, -87, -88, -90, -100, -104, -150, -1000],
    ]
    for row in rows {
      let out = try Self.softmax(row, rows: 1, columns: row.count, context).values
      #expect(out.allSatisfy { $0 >= 0 && $0 <= 1 }, "\(row) -> \(out)")
      #expect(abs(out.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func softmaxRefusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let out = GuardedMatrix(rows: 2, columns: 3)
    let (from, to) = (x.pointer, out.pointer)
    #expect(ramk_softmax(context.pointer, 2, 3, 1, nil, 3, to, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_softmax(context.pointer, 2, 3, 1, from, 3, nil, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_softmax(context.pointer, 2, 3, 1, from, 2, to, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_softmax(context.pointer, 2, 3, 1, from, 3, to, 2) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_softmax(context.pointer, 2, 3, 1, from, 4, from, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_softmax(context.pointer, .max, 3, 1, from, 3, to, 3) == RAMK_SIZE_OVERFLOW)
    #expect(ramk_softmax(nil, 2, 3, 1, from, 3, to, 3) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(
      ramk_softmax_with_mean(context.pointer, 2, 3, 1, from, 2, to, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_softmax_with_mean(nil, 2, 3, 1, from, 3, to, 3) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    #expect(out.isUntouched)
  }

  // MARK: Means

  static func meanRows(
    _ values: [Float], groups: Int, rows: Int, columns: Int, padding: Int = 0,
    _ context: KernelContext
  ) throws -> GuardedMatrix {
    let x = GuardedMatrix(
      rows: groups * rows, columns: columns, stride: columns + padding, values: values)
    let out = GuardedMatrix(rows: groups, columns: columns, stride: columns + 2 * padding)
    let status = ramk_mean_rows(
      context.pointer, groups, rows, columns, x.pointer, x.stride, out.pointer, out.stride)
    try #require(status == RAMK_OK)
    return out
  }

  @Test(arguments: RunnableImplementation.all)
  func meansAgreeWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for (index, columns) in Self.columns.enumerated() {
      var generator = SeededGenerator(seed: UInt64(index))
      let rows = [1, 2, 31, 32, 33, 49, 144][index % 7]
      let x = generator.nastyRows(2 * rows, columns)
      let expected = Reference.meanRows(x, groups: 2, rows: rows, columns: columns)
      let out = try Self.meanRows(
        x, groups: 2, rows: rows, columns: columns, padding: index % 3, context)
      #expect(expected.mismatch(out) == nil, "\(rows) rows of \(columns)")
    }
  }

  @Test func meansRefuseMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let out = GuardedMatrix(rows: 1, columns: 3)
    let (from, to) = (x.pointer, out.pointer)
    #expect(ramk_mean_rows(context.pointer, 1, 2, 3, nil, 3, to, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_mean_rows(context.pointer, 1, 2, 3, from, 3, nil, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_mean_rows(context.pointer, 1, 2, 3, from, 2, to, 3) == RAMK_INVALID_ARGUMENT)
    #expect(ramk_mean_rows(context.pointer, .max, 2, 3, from, 3, to, 3) == RAMK_SIZE_OVERFLOW)
    #expect(ramk_mean_rows(nil, 1, 2, 3, from, 3, to, 3) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    // Nothing to take a mean of: nothing is written.
    #expect(ramk_mean_rows(context.pointer, 1, 0, 3, from, 3, to, 3) == RAMK_OK)
    #expect(out.isUntouched)
  }

  // MARK: Dot products

  static func rowDots(
    _ a: [Float], _ b: [Float], rows: Int, columns: Int, bias: [Float]?, padding: Int = 0,
    _ context: KernelContext
  ) throws -> GuardedMatrix {
    let a = GuardedMatrix(rows: rows, columns: columns, stride: columns + padding, values: a)
    let b = GuardedMatrix(rows: rows, columns: columns, stride: columns + 2 * padding, values: b)
    let (bias, out) = (bias.map(GuardedMatrix.init), GuardedMatrix(rows: 1, columns: rows))
    let status = ramk_row_dots(
      context.pointer, rows, columns, a.pointer, a.stride, b.pointer, b.stride, bias?.pointer,
      out.pointer)
    try #require(status == RAMK_OK)
    #expect(a.damage == nil && b.damage == nil)
    return out
  }

  @Test(arguments: RunnableImplementation.all)
  func dotProductsAgreeWithReference(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    for (index, columns) in Self.columns.dropFirst().enumerated() {
      var generator = SeededGenerator(seed: UInt64(index))
      let rows = 24
      let a = generator.nastyRows(rows, columns)
      let b = generator.nastyRows(rows, columns)
      let bias = index % 3 == 1 ? nil : generator.floats(rows, magnitude: 5)
      let expected = Reference.rowDots(a, b, rows: rows, columns: columns, bias: bias)
      let out = try Self.rowDots(
        a, b, rows: rows, columns: columns, bias: bias, padding: index % 3, context)
      #expect(expected.mismatch(out) == nil, "\(columns) columns")
    }
  }

  /// With a stride of 0 all rows are multiplied by the same one; the outputs may take the place of the bias.
  @Test(arguments: RunnableImplementation.all)
  func oneRowServesAll(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    var generator = SeededGenerator(seed: 1)
    for (rows, columns) in [(1, 7), (24, 64), (1500, 129)] {
      let a = generator.nastyRows(rows, columns)
      let row = generator.nastyRows(1, columns)
      let bias = generator.floats(rows, magnitude: 5)
      let repeated = (0..<rows).flatMap { _ in row }
      let expected = try Self.rowDots(
        a, repeated, rows: rows, columns: columns, bias: bias, context)
      let x = GuardedMatrix(rows: rows, columns: columns, values: a)
      let b = GuardedMatrix(row)
      let out = GuardedMatrix(bias)
      let status = ramk_row_dots(
        context.pointer, rows, columns, x.pointer, columns, b.pointer, 0, out.pointer, out.pointer)
      #expect(status == RAMK_OK)
      #expect(out.values == expected.values && out.damage == nil && b.damage == nil)
    }
  }

  @Test func dotProductsRefuseMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let x = GuardedMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let out = GuardedMatrix(rows: 1, columns: 2)
    let (from, to) = (x.pointer, out.pointer)
    func status(
      rows: Int = 2, columns: Int = 3, _ a: UnsafePointer<Float>?, _ b: UnsafePointer<Float>?,
      _ to: UnsafeMutablePointer<Float>?, aStride: Int = 3, bStride: Int = 3
    ) -> ramk_status {
      ramk_row_dots(context.pointer, rows, columns, a, aStride, b, bStride, nil, to)
    }
    #expect(status(nil, from, to) == RAMK_INVALID_ARGUMENT)
    #expect(status(from, nil, to) == RAMK_INVALID_ARGUMENT)
    #expect(status(from, from, nil) == RAMK_INVALID_ARGUMENT)
    #expect(status(from, from, to, aStride: 2) == RAMK_INVALID_ARGUMENT)
    #expect(status(from, from, to, bStride: 2) == RAMK_INVALID_ARGUMENT)
    #expect(status(from, nil, to, bStride: 0) == RAMK_INVALID_ARGUMENT)
    #expect(status(rows: .max, from, from, to) == RAMK_SIZE_OVERFLOW)
    #expect(
      ramk_row_dots(nil, 2, 3, from, 3, from, 3, nil, to) == RAMK_IMPLEMENTATION_UNAVAILABLE)
    // Nothing to multiply: nothing is written.
    #expect(status(columns: 0, from, from, to) == RAMK_OK)
    #expect(status(rows: 0, from, from, to) == RAMK_OK)
    #expect(out.isUntouched)
    #expect(status(from, from, to) == RAMK_OK)
    #expect(out.values == [14, 77])
  }

  // MARK: Threads

  @Test(arguments: RunnableImplementation.all)
  func noneDependsOnThreads(_ implementation: RunnableImplementation) throws {
    let (rows, columns) = (600, 300)
    var generator = SeededGenerator(seed: 1)
    let x = generator.nastyRows(rows, columns)
    let gain = generator.floats(columns)
    let bias = generator.floats(columns)
    func bits(_ threads: UInt32) throws -> [UInt32] {
      let context = KernelContext(implementation, threads: threads)
      let norm = try Self.layerNorm(
        x, rows: rows, columns: columns, gain: gain, bias: bias, context)
      let soft = try Self.softmax(x, rows: rows, columns: columns, context)
      let means = try Self.meanRows(x, groups: 4, rows: rows / 4, columns: columns, context)
      let dots = try Self.rowDots(x, x, rows: rows, columns: columns, bias: nil, context)
      return (norm.values + soft.values + means.values + dots.values).map(\.bitPattern)
    }
    let one = try bits(1)
    for threads: UInt32 in [2, 3, 7] { #expect(try bits(threads) == one) }
  }
}
