import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct PreparedMatrixTests {
  /// Bytes that were prepared for another implementation, or that are no prepared matrix at all, are
  /// refused rather than multiplied.
  @Test func headerIsChecked() {
    let context = KernelContext(RunnableImplementation.all[0])
    let workspace = GuardedBuffer(
      byteCount: ramk_gemm_workspace_size(context.pointer, context.precision, 1, 5, 4))
    let a = GuardedMatrix([1, 1, 1, 1])
    let out = GuardedMatrix(rows: 1, columns: 5)
    func status(_ change: (UnsafeMutableRawPointer) -> Void) -> ramk_status {
      let weights = context.prepared([Float](repeating: 1, count: 20), n: 5, k: 4)
      change(weights.start)
      var arguments = ramk_gemm_arguments(
        m: 1, a: a.pointer, rounded_a: nil, a_stride: 4, weights: weights.start, bias: nil,
        residual: nil, residual_stride: 0, activation: RAMK_ACTIVATION_NONE, gain: nil,
        norm_bias: nil, epsilon: 0, out: out.pointer, rounded_out: nil, out_stride: 5)
      return ramk_gemm(
        context.pointer, context.precision, &arguments, workspace.start, workspace.byteCount)
    }
    #expect(status { $0.storeBytes(of: 0, as: UInt8.self) } == RAMK_NOT_PREPARED)  // magic
    #expect(status { ($0 + 8).storeBytes(of: 99, as: UInt32.self) } == RAMK_NOT_PREPARED)
    #expect(status { ($0 + 12).storeBytes(of: 2, as: UInt32.self) } == RAMK_NOT_PREPARED)
    #expect(status { ($0 + 16).storeBytes(of: 3, as: UInt64.self) } == RAMK_NOT_PREPARED)
    #expect(out.isUntouched)
    #expect(status { _ in } == RAMK_OK)
  }

  /// Bytes from a file are looked at before a product trusts them.
  @Test(arguments: KernelVariant.all)
  func storedBytesAreChecked(_ variant: KernelVariant) {
    let context = KernelContext(variant)
    let (n, k) = (5, 4)
    func status(
      n: Int = 5, k: Int = 4, offset: Int = 0, missing: Int = 0,
      _ change: (UnsafeMutableRawPointer) -> Void = { _ in }
    ) -> ramk_status {
      let weights = context.prepared([Float](repeating: 1, count: 20), n: 5, k: 4)
      change(weights.start)
      return ramk_matrix_prepared_check(
        context.pointer, context.precision, n, k, weights.start + offset,
        weights.byteCount - missing)
    }
    #expect(status() == RAMK_OK)
    #expect(status(missing: 1) == RAMK_INVALID_ARGUMENT)
    let size = ramk_matrix_prepared_size(context.pointer, context.precision, n, k)
    // Not even a header.
    #expect(status(missing: size - 63) == RAMK_INVALID_ARGUMENT)
    #expect(status(offset: 4, missing: 4) == RAMK_INVALID_ARGUMENT)
    #expect(status(n: 6) == RAMK_NOT_PREPARED)
    #expect(status(k: 3) == RAMK_NOT_PREPARED)
    // Magic, version, precision, panel, unit, bytes of an element.
    for offset in [0, 8, 12, 16, 20, 24] {
      #expect(status { ($0 + offset).storeBytes(of: 77, as: UInt32.self) } == RAMK_NOT_PREPARED)
    }
    // n, k, bytes.
    for offset in [32, 40, 48] {
      #expect(status { ($0 + offset).storeBytes(of: 9, as: UInt64.self) } == RAMK_NOT_PREPARED)
    }
    // Sizes that overflow have no bytes; nor do these claim any.
    let huge = Int.max / 2
    let overflowing = status(n: huge, k: huge) {
      ($0 + 32).storeBytes(of: UInt64(huge), as: UInt64.self)
      ($0 + 40).storeBytes(of: UInt64(huge), as: UInt64.self)
      ($0 + 48).storeBytes(of: 0, as: UInt64.self)
    }
    #expect(overflowing == RAMK_NOT_PREPARED)
    #expect(
      ramk_matrix_prepared_check(context.pointer, context.precision, n, k, nil, 4096)
        == RAMK_INVALID_ARGUMENT)
  }

  @Test(arguments: KernelVariant.all)
  func doesNotDependOnThreadsOrStride(_ variant: KernelVariant) {
    let (n, k) = (83, 29)
    var generator = SeededGenerator(seed: 1)
    let values = generator.floats(n * k)
    let one = KernelContext(variant).prepared(values, n: n, k: k)
    let several = KernelContext(variant, threads: 3)
    let strided = GuardedMatrix(rows: n, columns: k, stride: k + 3, values: values)
    let other = GuardedBuffer(byteCount: one.byteCount, alignment: 64)
    let status = ramk_matrix_prepare(
      several.pointer, several.precision, n, k, strided.pointer, strided.stride, other.start,
      other.byteCount)
    #expect(status == RAMK_OK)
    let bytes = { UnsafeRawBufferPointer(start: $0, count: one.byteCount) }
    #expect(bytes(one.start).elementsEqual(bytes(other.start)))
    #expect(one.damage == nil && other.damage == nil)
  }

  /// Weights that were rounded to bytes beforehand are packed into the very bits that the floats are.
  @Test(arguments: KernelVariant.all.filter { $0.precision == RAMK_INT8 })
  func bytesArePackedAsTheirFloatsAre(_ variant: KernelVariant) throws {
    for (n, k) in [(1, 1), (33, 5), (47, 769), (65, 1600)] {
      var generator = SeededGenerator(seed: UInt64(k))
      let values = generator.floats(n * k)
      let context = KernelContext(variant)
      let expected = context.prepared(values, n: n, k: k)
      var bytes = [Int8](repeating: 0, count: n * k)
      var scales = [Float](repeating: 0, count: n)
      try #require(
        ramk_quantize_rows(context.pointer, n, k, values, k, &bytes, &scales) == RAMK_OK)
      let packed = GuardedBuffer(byteCount: expected.byteCount, alignment: 64)
      let status = ramk_matrix_prepare_bytes(
        context.pointer, n, k, bytes, k, scales, packed.start, packed.byteCount)
      #expect(status == RAMK_OK && packed.damage == nil)
      let all = { UnsafeRawBufferPointer(start: $0, count: expected.byteCount) }
      #expect(all(packed.start).elementsEqual(all(expected.start)), "\(n) x \(k)")
      let misused = ramk_matrix_prepare_bytes(
        context.pointer, n, k, bytes, k, nil, packed.start, packed.byteCount)
      #expect(misused == RAMK_INVALID_ARGUMENT)
    }
  }

  /// Weights that lie the other way round are packed into the same bits; int8 has no such packing.
  @Test(arguments: KernelVariant.all)
  func transposedWeightsArePackedAlike(_ variant: KernelVariant) throws {
    for (n, k) in [(0, 3), (3, 0), (1, 1), (33, 5), (47, 129), (64, 385), (150, 16)] {
      var generator = SeededGenerator(seed: UInt64(k))
      let values = generator.floats(n * k)
      let context = KernelContext(variant)
      let expected = context.prepared(values, n: n, k: k)
      let transposed = GuardedMatrix(
        rows: k, columns: n, stride: n + 3,
        values: (0..<k).flatMap { step in (0..<n).map { values[$0 * k + step] } })
      let packed = GuardedBuffer(byteCount: expected.byteCount, alignment: 64)
      let status = ramk_matrix_prepare_transposed(
        context.pointer, variant.precision, n, k, transposed.pointer, transposed.stride,
        packed.start, packed.byteCount)
      guard variant.precision != RAMK_INT8 else {
        #expect(status == RAMK_IMPLEMENTATION_UNAVAILABLE)
        continue
      }
      try #require(status == RAMK_OK)
      #expect(packed.damage == nil && transposed.damage == nil)
      let all = { UnsafeRawBufferPointer(start: $0, count: expected.byteCount) }
      #expect(all(packed.start).elementsEqual(all(expected.start)), "\(n) x \(k)")
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let size = ramk_matrix_prepared_size(context.pointer, RAMK_FLOAT32, 5, 4)
    let buffer = GuardedBuffer(byteCount: size, alignment: 64)
    let weights = GuardedMatrix(rows: 5, columns: 4, values: [Float](repeating: 1, count: 20))
    func status(
      n: Int = 5, k: Int = 4, weights pointer: UnsafePointer<Float>?, stride: Int = 4,
      into: UnsafeMutableRawPointer?, bytes: Int
    ) -> ramk_status {
      ramk_matrix_prepare(
        context.pointer, RAMK_FLOAT32, n, k, pointer, stride, into, bytes)
    }
    let (from, to) = (weights.pointer, buffer.start)
    #expect(status(weights: nil, into: to, bytes: size) == RAMK_INVALID_ARGUMENT)
    #expect(status(weights: from, stride: 3, into: to, bytes: size) == RAMK_INVALID_ARGUMENT)
    #expect(status(weights: from, into: nil, bytes: size) == RAMK_INVALID_ARGUMENT)
    #expect(status(weights: from, into: to + 4, bytes: size) == RAMK_INVALID_ARGUMENT)
    #expect(status(weights: from, into: to, bytes: size - 1) == RAMK_INVALID_ARGUMENT)
    #expect(status(n: .max, weights: from, into: to, bytes: size) == RAMK_SIZE_OVERFLOW)
    #expect(ramk_matrix_prepared_size(context.pointer, RAMK_FLOAT32, .max / 8, 9) == 0)
    #expect(status(weights: from, into: to, bytes: size) == RAMK_OK)
  }
}
