/// Matrices that are used where they lie in the mapped file.
extension Checkpoint {
  /// The prepared matrix that a tensor of this name holds; nil where it is one of numbers.
  func nameOfPrepared(storedAs name: String) -> String? {
    PreparedWeights.name(storedAs: name).flatMap { prepared?.tensors[$0] == nil ? nil : $0 }
  }

  /// Only a file with prepared weights is kept mapped; of others a model wants no more once it is loaded.
  package func mappedBytes(of name: String, as type: ElementType) -> MappedBytes? {
    guard prepared != nil, let tensor = tensors[name], tensor.elementType == type else {
      return nil
    }
    return mappedBytes(of: tensor)
  }

  private func mappedBytes(of tensor: CheckpointTensor) -> MappedBytes? {
    guard case .mapped(let range) = tensor.storage, !range.isEmpty, tensor.strides == nil,
      range.lowerBound % tensor.elementType.alignment == 0
    else { return nil }
    return MappedBytes(UnsafeRawBufferPointer(rebasing: file.bytes[range]), owner: file)
  }

  /// - Throws: ``RAMKitError/malformedCheckpoint(path:reason:)`` where the bytes are not what the file's
  ///   metadata says. That they lie as products of `compute` want them is for
  ///   ``checkPreparation(for:compute:)`` to find out.
  package func preparedMatrix(
    of name: String, compute: ComputeContext
  ) throws(RAMKitError) -> PreparedMatrix? {
    guard let tensor = prepared?.tensors[name] else { return nil }
    let stored = tensors[PreparedWeights.storedName(of: name)]
    if case .mapped(let range)? = stored?.storage { file.willNeed(range) }
    guard let mapped = stored.flatMap(mappedBytes),
      let matrix = PreparedMatrix(
        outputs: tensor.shape.first ?? 1, inputs: tensor.shape.dropFirst().reduce(1, *),
        precision: tensor.precision, mapped: mapped, compute: compute)
    else {
      throw .malformedCheckpoint(
        path: path,
        reason: "\(quoted(name)), of sizes \(tensor.shape), is not the matrix that its bytes say")
    }
    return matrix
  }
}

extension TensorSource {
  /// Makes sure that matrices which are stored prepared, if any, are for a model of this precision and for
  /// products of `compute`.
  ///
  /// - Throws: ``RAMKitError/unsuitablePreparation(path:reason:)``
  func checkPreparation(for precision: Precision, compute: ComputeContext) throws(RAMKitError) {
    guard let prepared else { return }
    guard precision == preparedPrecision else {
      throw .unsuitablePreparation(
        path: path,
        reason:
          "it runs in \(preparedPrecision?.rawValue ?? "no precision that RAMKit knows"), and "
          + "\(precision.rawValue) was asked for")
    }
    for layout in prepared.layouts {
      let wanted = try PreparedLayout(of: layout.precision, compute: compute)
      guard layout.digest == wanted.digest else {
        throw .unsuitablePreparation(
          path: path,
          reason:
            "matrices in \(layout.precision.rawValue) lie as \(quoted(layout.implementation)) "
            + "of RAMKit \(quoted(metadata[FileMetadata.ramkitVersion] ?? "?")) reads them, and "
            + "here '\(wanted.implementation)' of RAMKit '\(ramkitVersion)' does")
      }
    }
  }

  /// The precision of a model whose weights are stored prepared.
  var preparedPrecision: Precision? {
    prepared.flatMap { _ in metadata[FileMetadata.precision].flatMap(Precision.init) }
  }
}
