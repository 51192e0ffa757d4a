import CRAMKernels

/// How the products of a process want their weights to lie.
package struct PreparedLayout: Sendable, Hashable, Codable {
  /// What weights are rounded to.
  package var precision: Precision

  /// Whose kernel multiplies them: "avx512", ... For people: other kernels may want the same layout.
  package var implementation: String

  /// What tells layouts apart: the digest of a matrix of made-up numbers, prepared. It changes with whatever
  /// moves a byte, be it another kernel or another version of RAMKit.
  package var digest: String

  /// The layout that products of `compute` in this precision want.
  ///
  /// Cost: that of packing some 80,000 numbers, a millisecond.
  package init(of precision: Precision, compute: ComputeContext) throws(RAMKitError) {
    self.precision = precision
    let serving = try CPUDescription(compute).kernels.first {
      $0.isServing && $0.operation == "gemm" && $0.precision == precision.rawValue
    }
    implementation = serving?.implementation ?? "none"
    // More than one panel and more than one chunk of any kernel, and whole ones of none.
    let sample = try Matrix(rows: 101, columns: 801)
    try ComputeContext.check(
      ramk_fill_uniform(compute.raw, 1, 0, 1, sample.rows * sample.columns, sample.pointer),
      "making up weights")
    let prepared = try PreparedMatrix(
      outputs: sample.rows, inputs: sample.columns, weights: sample.pointer, precision: precision,
      compute: compute)
    var sum = SHA256Digest()
    try prepared.withBytes(compute: compute) { sum.update($0) }
    digest = String(sum.hexadecimal.prefix(16))
  }
}
