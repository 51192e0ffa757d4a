import CRAMKernels

/// A kernel at a size that a model asks for.
struct KernelCase: Sendable {
  /// What a call is counted in.
  enum Work: Sendable {
    /// Floating-point operations; a multiply-add is two.
    case flop(Int)
    /// Bytes read and written: for kernels that wait for memory, not for arithmetic.
    case bytes(Int)
  }

  /// As the registry spells it.
  let operation: String
  let shape: String
  let work: Work
  /// Allocates operands for a context, and returns the call to be timed.
  let prepare: @Sendable (Context) -> @Sendable () -> ramk_status
}

/// A context of one implementation on one thread.
final class Context: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<ramk_context>

  /// Nil where this CPU or this build can't run the implementation.
  init?(_ implementation: ramk_implementation) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: ramk_context())
    guard ramk_context_init_forced(pointer, implementation, 1) == RAMK_OK else { return nil }
  }

  deinit { pointer.deallocate() }

  /// Random weights [n, k], prepared.
  func weights(n: Int, k: Int) -> Memory {
    let plain = Memory.floats(n * k)
    let bytes = ramk_matrix_prepared_size(pointer, RAMK_FLOAT32, n, k)
    let prepared = Memory(byteCount: bytes)
    _ = ramk_matrix_prepare(pointer, RAMK_FLOAT32, n, k, plain.floats, k, prepared.raw, bytes)
    return prepared
  }

  /// The operations that `implementation` has a kernel of its own for.
  static func operations(of implementation: ramk_implementation) -> Set<String> {
    guard let context = Context(implementation) else { return [] }
    var operations: Set<String> = []
    for index in 0..<ramk_kernel_count() {
      var kernel = ramk_kernel_description()
      guard ramk_kernel_describe(context.pointer, index, &kernel) == RAMK_OK,
        kernel.implementation == implementation, kernel.runnable, let name = kernel.operation
      else { continue }
      operations.insert(String(cString: name))
    }
    return operations
  }
}
