import CRAMKernels

@ComputeActor
extension ComputeContext {
  /// The dot product of each row of `input` with the same row of `weights`, plus the bias
  /// [rows, 1], if any, into out [rows, 1].
  func rowDots(
    of input: Matrix, and weights: Matrix, bias: Matrix? = nil, into out: Matrix
  ) throws(RAMKitError) {
    guard input.rows == weights.rows, input.columns == weights.columns,
      bias.map({ $0.rows == input.rows && $0.columns == 1 && $0.stride == 1 }) ?? true,
      out.rows == input.rows, out.columns == 1, out.stride == 1
    else { throw .internalFault(reason: "the matrices of dot products do not fit") }
    try Self.check(
      ramk_row_dots(
        raw, input.rows, input.columns, input.pointer, input.stride, weights.pointer,
        weights.stride, bias?.pointer, out.pointer),
      "dot products of rows")
    work &+= Work.product(rows: input.rows, outputs: 1, inputs: input.columns)
    withExtendedLifetime((input, weights, bias, out)) {}
  }

  /// RAM++'s queries for one photo: of each label the mean of its descriptions, weighted by how well
  /// they fit `image`, a row as wide as they are.
  ///
  /// - Parameters:
  ///   - labels: which of the labels.
  ///   - weights: [labels, descriptions], to be filled as well, or nil.
  ///   - out: [labels, width]
  func reweighDescriptions(
    of embeddings: TextEmbeddings, labels: Range<Int>, image: Matrix, scale: Float,
    weights: Matrix? = nil, into out: Matrix
  ) throws(RAMKitError) {
    let (rows, width) = (embeddings.rows, embeddings.rows.width)
    guard labels.lowerBound >= 0, labels.upperBound <= embeddings.groups.count,
      image.rows == 1, image.columns == width, out.rows == labels.count, out.columns == width,
      weights.map({
        $0.rows == labels.count && $0.columns == embeddings.descriptions && $0.stride == $0.columns
      }) ?? true
    else { throw .internalFault(reason: "a re-weighting's matrices do not fit") }
    let status = try embeddings.groups.withUnsafeBufferPointer {
      (groups) throws(RAMKitError) in
      var arguments = ramk_description_reweighting_arguments(
        labels: labels.count, descriptions: embeddings.descriptions, width: width,
        embeddings: rows.pointer, embeddings_stride: width,
        groups: rows.count / embeddings.descriptions,
        group_of_label: groups.baseAddress.map { $0 + labels.lowerBound }, image: image.pointer,
        scale: scale, weights: weights?.pointer, out: out.pointer, out_stride: out.stride)
      let workspace = try workspace(
        ramk_description_reweighting_workspace_size(raw, rows.precision.raw, &arguments))
      return ramk_description_reweighting(
        raw, rows.precision.raw, &arguments, workspace.baseAddress, workspace.count)
    }
    try Self.check(status, "re-weighting of descriptions")
    work &+= Work.reweighting(
      labels: labels.count, descriptions: embeddings.descriptions, width: width)
    withExtendedLifetime((embeddings, image, weights, out)) {}
  }
}

extension TextEmbeddings.Rows {
  fileprivate var precision: Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }

  /// Rows lie one behind the other: a matrix of its own has no padding.
  fileprivate var pointer: UnsafeRawPointer {
    switch self {
    case .float32(let matrix): UnsafeRawPointer(matrix.pointer)
    case .bfloat16(let matrix): UnsafeRawPointer(matrix.pointer)
    }
  }
}
