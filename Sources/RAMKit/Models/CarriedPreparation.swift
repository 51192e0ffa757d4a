extension TensorSource {
  /// What is known of the matrices that are stored prepared; nil where there are none.
  var preparation: ModelDescription.Preparation? {
    guard let prepared else { return nil }
    let matrices = prepared.layouts.map { layout in
      ModelDescription.Preparation.Matrices(
        precision: layout.precision, implementation: layout.implementation,
        count: prepared.tensors.values.count { $0.precision == layout.precision })
    }
    return .init(matrices: matrices, isSuitable: isSuitablyPrepared)
  }

  private var isSuitablyPrepared: Bool {
    do throws(RAMKitError) {
      guard let preparedPrecision else { return false }
      try checkPreparation(for: preparedPrecision, compute: ComputeContext(threads: 1))
      return true
    } catch {
      return false
    }
  }
}
