import CRAMKernels

/// A call at a size that a model asks for.
struct KernelCase: Sendable {
  /// What is called, in words: "gemm", "patch_merging".
  let operation: String
  /// The operation of the registry whose kernel does the work; nil where one plain function serves
  /// every CPU.
  let kernel: String?
  /// Where the work depends on the precision, the one that it is for; nil for any.
  let precision: ramk_precision?
  let shape: String
  let work: Work
  /// Allocates operands for a context, and returns the call to be timed.
  let prepare: @Sendable (Context) -> @Sendable () -> ramk_status

  /// - Parameter kernel: the registry's word where it is not `operation` itself.
  init(
    operation: String, kernel: String? = nil, precision: ramk_precision? = nil, shape: String,
    work: Work, prepare: @escaping @Sendable (Context) -> @Sendable () -> ramk_status
  ) {
    self.operation = operation
    self.kernel = kernel ?? operation
    self.precision = precision
    self.shape = shape
    self.work = work
    self.prepare = prepare
  }

  /// A function that is the same for every CPU.
  init(
    plain operation: String, shape: String, work: Work,
    prepare: @escaping @Sendable () -> @Sendable () -> ramk_status
  ) {
    self.operation = operation
    kernel = nil
    precision = nil
    self.shape = shape
    self.work = work
    self.prepare = { _ in prepare() }
  }
}
