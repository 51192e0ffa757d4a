import CRAMKernels
import CYardsticks

/// A context of one implementation and precision on one thread.
final class Context: @unchecked Sendable {
  // @unchecked: written in `init` alone.
  let pointer: UnsafeMutablePointer<ramk_context>
  let precision: ramk_precision

  /// Nil where this CPU or this build can't run the implementation.
  init?(_ implementation: ramk_implementation, _ precision: ramk_precision) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: ramk_context())
    self.precision = precision
    guard ramk_context_init_forced(pointer, implementation, 1) == RAMK_OK else { return nil }
  }

  deinit { pointer.deallocate() }

  /// Random weights [n, k], prepared.
  func weights(n: Int, k: Int) -> Memory {
    let plain = Memory.floats(n * k)
    let bytes = ramk_matrix_prepared_size(pointer, precision, n, k)
    let prepared = Memory(byteCount: bytes)
    return withExtendedLifetime(plain) {
      _ = ramk_matrix_prepare(pointer, precision, n, k, plain.floats, k, prepared.raw, bytes)
      return prepared
    }
  }

  /// FLOP/s of the core at most, with the instruction of this context's products, in time on the
  /// core.
  func peak() -> Double {
    var multiplyAdds: UInt64 = 0
    let start = yardstick_core_seconds()
    guard ramk_peak(pointer, precision, 8, &multiplyAdds) == RAMK_OK else { return 0 }
    return 2 * Double(multiplyAdds) / (yardstick_core_seconds() - start)
  }

  /// The operations that `implementation` has a kernel of its own for.
  static func operations(
    of implementation: ramk_implementation, _ precision: ramk_precision
  ) -> Set<String> {
    guard let context = Context(implementation, precision) else { return [] }
    var operations: Set<String> = []
    for index in 0..<ramk_kernel_count() {
      var kernel = ramk_kernel_description()
      guard ramk_kernel_describe(context.pointer, index, &kernel) == RAMK_OK,
        kernel.implementation == implementation, kernel.precision == precision, kernel.runnable,
        let name = kernel.operation
      else { continue }
      operations.insert(String(cString: name))
    }
    return operations
  }
}
