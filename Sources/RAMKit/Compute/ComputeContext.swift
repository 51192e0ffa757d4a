import CRAMKernels
import Foundation

/// The kernels that serve a model, the threads that they may use, and their scratch memory.
package final class ComputeContext: @unchecked Sendable {
  // @unchecked: `raw` is never written after `init`; `scratch` only on the compute actor.
  let raw: UnsafeMutablePointer<ramk_context>
  package let pool = MemoryPool()
  @ComputeActor private var scratch: AlignedMemory?

  /// Floating-point operations so far, as ``Work`` counts them; it wraps around.
  @ComputeActor package internal(set) var work = 0

  /// Picks the best kernels for this CPU, or those that `RAMKIT_FORCE_IMPLEMENTATION` names.
  ///
  /// - Parameter threads: at most so many; nil for `RAMKIT_NUM_THREADS`, then `OMP_NUM_THREADS`,
  ///   then the physical cores that this process may use.
  package init(threads: Int? = nil) throws(RAMKitError) {
    raw = .allocate(capacity: 1)
    raw.initialize(to: ramk_context())
    let status = ramk_context_init(raw, UInt32(clamping: threads ?? 0))
    try Self.checkThreads(status)
    guard status == RAMK_OK else {
      throw .unavailableImplementation(
        name: ProcessInfo.processInfo.environment["RAMKIT_FORCE_IMPLEMENTATION"] ?? "",
        reason: String(cString: ramk_status_description(status)))
    }
  }

  /// Picks no kernel above the implementation named, whatever the environment says.
  package init(forcing name: String, threads: Int? = nil) throws(RAMKitError) {
    raw = .allocate(capacity: 1)
    raw.initialize(to: ramk_context())
    var implementation = RAMK_GENERIC
    var status = ramk_implementation_named(name, &implementation)
    if status == RAMK_OK {
      status = ramk_context_init_forced(raw, implementation, UInt32(clamping: threads ?? 0))
    }
    try Self.checkThreads(status)
    guard status == RAMK_OK else {
      throw .unavailableImplementation(
        name: name, reason: String(cString: ramk_status_description(status)))
    }
  }

  deinit {
    raw.deallocate()
  }

  /// The environment is the only place where a number of threads can still be wrong.
  private static func checkThreads(_ status: ramk_status) throws(RAMKitError) {
    guard status == RAMK_INVALID_THREAD_COUNT else { return }
    let value = ProcessInfo.processInfo.environment["RAMKIT_NUM_THREADS"] ?? ""
    throw .invalidOption(
      name: "RAMKIT_NUM_THREADS", reason: "'\(value)' is no whole number in 1...1024")
  }

  /// How many threads a parallel loop uses.
  package var threads: Int { Int(raw.pointee.threads) }

  /// A matrix from the pool, its numbers undefined.
  @ComputeActor
  package func matrix(rows: Int, columns: Int) throws(RAMKitError) -> Matrix {
    try Matrix(rows: rows, columns: columns, pool: pool)
  }

  /// The same of bfloat16 numbers.
  @ComputeActor
  package func bfloat16Matrix(rows: Int, columns: Int) throws(RAMKitError) -> Bfloat16Matrix {
    try Bfloat16Matrix(rows: rows, columns: columns, pool: pool)
  }

  /// Scratch memory for one kernel call; the next call may get the same bytes.
  @ComputeActor
  func workspace(_ byteCount: Int) throws(RAMKitError) -> UnsafeMutableRawBufferPointer {
    if let scratch, scratch.bytes.count >= byteCount { return scratch.bytes }
    scratch = nil
    let grown = try AlignedMemory(byteCount: byteCount)
    scratch = grown
    return grown.bytes
  }

  /// Turns a kernel's status into an error; arguments are ours, so any is a fault of ours.
  static func check(_ status: ramk_status, _ operation: String) throws(RAMKitError) {
    guard status == RAMK_OK else {
      throw .internalFault(
        reason: "\(operation): \(String(cString: ramk_status_description(status)))")
    }
  }
}
