import CRAMKernels

/// The implementations that this CPU and this build can run: arguments of a kernel's tests.
package struct RunnableImplementation: Sendable, Hashable, CustomStringConvertible {
  package let implementation: ramk_implementation

  package var description: String {
    ramk_implementation_name(implementation).map { String(cString: $0) } ?? "unknown"
  }

  package static let all: [RunnableImplementation] = {
    (0..<RAMK_IMPLEMENTATION_COUNT.rawValue).compactMap {
      let implementation = ramk_implementation(rawValue: $0)
      var context = ramk_context()
      let status = ramk_context_init_forced(&context, implementation, 1)
      return status == RAMK_OK ? RunnableImplementation(implementation: implementation) : nil
    }
  }()
}

/// A context of one implementation that stays at one address for as long as a test needs it.
package final class KernelContext {
  package let pointer: UnsafeMutablePointer<ramk_context>

  package init(_ implementation: RunnableImplementation, threads: UInt32 = 1) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: ramk_context())
    let status = ramk_context_init_forced(pointer, implementation.implementation, threads)
    precondition(status == RAMK_OK, "\(implementation) was listed as runnable")
  }

  deinit { pointer.deallocate() }

  /// Weights [n, k] as this context's product reads them, between fences.
  package func prepared(_ weights: [Float], n: Int, k: Int) -> GuardedBuffer {
    let bytes = ramk_matrix_prepared_size(pointer, RAMK_FLOAT32, n, k)
    let buffer = GuardedBuffer(byteCount: bytes, alignment: 64)
    let status = ramk_matrix_prepare(
      pointer, RAMK_FLOAT32, n, k, weights, k, buffer.start, bytes)
    precondition(status == RAMK_OK, String(cString: ramk_status_description(status)))
    return buffer
  }
}
