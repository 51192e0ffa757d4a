import CRAMKernels

/// Takes a model's tensors out of their source: checks that all are there, of the right shape and
/// finite, and prepares them for the kernels one after the other, so that no more than one tensor of
/// the source is in memory beside the prepared weights.
package struct WeightLoader {
  private let checkpoint: any TensorSource
  private let compute: ComputeContext
  /// What those weights are kept in that their requirements say may be rounded.
  private let precision: Precision
  private let found: [String: ResolvedTensor]

  /// Resolves every requirement.
  ///
  /// Whatever passes has its bytes in the source, so no more memory is asked for than that.
  ///
  /// - Throws: ``RAMKitError/missingTensors(path:names:)`` naming all that are missing,
  ///   ``RAMKitError/wrongTensorShape(path:name:found:expected:)`` for the first misfit, or
  ///   ``RAMKitError/unsupportedModel(path:reason:)`` for elements of a type that can't be weights.
  package init(
    checkpoint: any TensorSource, requirements: [TensorRequirement], precision: Precision,
    compute: ComputeContext
  ) throws(RAMKitError) {
    self.checkpoint = checkpoint
    self.precision = precision
    self.compute = compute
    found = try checkpoint.resolve(requirements)
  }

  /// A product's weights [outputs, ...], all further dimensions flattened into its inputs.
  package func prepared(_ name: String) throws(RAMKitError) -> PreparedMatrix {
    let tensor = try tensor(name)
    guard tensor.isPrepared else {
      throw .internalFault(reason: "'\(name)' is prepared, and was not required to be")
    }
    if let stored = try checkpoint.preparedMatrix(of: tensor.name, compute: compute) {
      return stored
    }
    let outputs = tensor.shape.first ?? 1
    let inputs = tensor.shape.dropFirst().reduce(1, *)
    let precision = checkpoint.precision(
      ofProduct: tensor.name, wanted: tensor.role.precision(in: precision))
    if precision == .int8, let stored = try checkpoint.signedBytes(of: tensor.name) {
      try checkFinite(stored.scales.pointer, 0..<outputs, of: tensor)
      return try PreparedMatrix(outputs: outputs, inputs: inputs, bytes: stored, compute: compute)
    }
    return try checkpoint.withFloats(of: tensor.name, compute: compute) {
      (values) throws(RAMKitError) in
      try checkFinite(values, 0..<outputs * inputs, of: tensor)
      return try PreparedMatrix(
        outputs: outputs, inputs: inputs, weights: values, precision: precision, compute: compute)
    }
  }

  /// A tensor as a matrix: a vector is one row, and the last dimension gives the columns.
  package func matrix(_ name: String) throws(RAMKitError) -> Matrix {
    let tensor = try tensor(name)
    let columns = tensor.shape.last ?? 1
    let rows = tensor.shape.dropLast().reduce(1, *)
    let matrix: Matrix
    if let mapped = checkpoint.mappedBytes(of: tensor.name, as: .float32) {
      matrix = Matrix(rows: rows, columns: columns, mapped: mapped)
    } else {
      matrix = try Matrix(rows: rows, columns: columns)
      try checkpoint.copyFloats(of: tensor.name, compute: compute, to: matrix.pointer)
    }
    try checkFinite(matrix.pointer, 0..<rows * columns, of: tensor)
    return matrix
  }

  /// As ``matrix(_:)``, rounded to bfloat16.
  package func bfloat16Matrix(_ name: String) throws(RAMKitError) -> Bfloat16Matrix {
    let tensor = try tensor(name)
    let columns = tensor.shape.last ?? 1
    let rows = tensor.shape.dropLast().reduce(1, *)
    if let mapped = checkpoint.mappedBytes(of: tensor.name, as: .bfloat16) {
      return Bfloat16Matrix(rows: rows, columns: columns, mapped: mapped)
    }
    return try Bfloat16Matrix(rows: rows, columns: columns) { (rounded) throws(RAMKitError) in
      try checkpoint.forEachPiece(of: tensor.name, compute: compute) {
        (values, elements) throws(RAMKitError) in
        try checkFinite(values, elements, of: tensor)
        try compute.round(values, count: elements.count, to: rounded + elements.lowerBound)
      }
    }
  }

  /// A table of rows to be looked up: as signed bytes where the source has it so, else in float32.
  package func table(_ name: String) throws(RAMKitError) -> RowTable {
    let tensor = try tensor(name)
    let columns = tensor.shape.last ?? 1
    let rows = tensor.shape.dropLast().reduce(1, *)
    guard let stored = try checkpoint.signedBytes(of: tensor.name) else {
      return .float32(try matrix(name))
    }
    try checkFinite(stored.scales.pointer, 0..<rows, of: tensor)
    return .signedBytes(stored, rows: rows, columns: columns)
  }

  package func linear(_ name: String) throws(RAMKitError) -> Linear {
    Linear(weights: try prepared("\(name).weight"), bias: try matrix("\(name).bias"))
  }

  package func layerNorm(_ name: String, epsilon: Float) throws(RAMKitError) -> LayerNorm {
    LayerNorm(
      gain: try matrix("\(name).weight"), bias: try matrix("\(name).bias"), epsilon: epsilon)
  }

  /// A digest of all vectors that were required, biases and gains, which any training changes and no
  /// conversion, and of the precision that each product runs in.
  package func digest() throws(RAMKitError) -> String {
    var digest = SHA256Digest()
    for (name, tensor) in found.sorted(by: { $0.key < $1.key }) {
      digest.update(text: name)
      if tensor.shape.count == 1 {
        try matrix(name).withBytes { digest.update($0) }
      } else if tensor.isPrepared {
        let precision = checkpoint.precision(
          ofProduct: tensor.name, wanted: tensor.role.precision(in: precision))
        digest.update(text: precision.rawValue)
      }
    }
    return digest.hexadecimal
  }

  /// Every tensor is asked for here, so a load that was cancelled ends with the one that is read.
  private func tensor(_ name: String) throws(RAMKitError) -> ResolvedTensor {
    try Task.checkRAMKitCancellation()
    guard let tensor = found[name] else {
      throw .internalFault(reason: "the model asks for '\(name)', which it never required")
    }
    return tensor
  }

  private func checkFinite(
    _ values: UnsafePointer<Float>, _ elements: Range<Int>, of tensor: ResolvedTensor
  ) throws(RAMKitError) {
    let first = ramk_first_non_finite(compute.raw, values, elements.count)
    guard first == elements.count else {
      throw .nonFiniteTensor(
        path: checkpoint.path, name: tensor.name, element: elements.lowerBound + first)
    }
  }
}

/// The tensor of a source that satisfies a requirement.
struct ResolvedTensor: Sendable {
  /// Its name in the source.
  let name: String
  let shape: [Int]
  let role: TensorRequirement.Role
  let isPrepared: Bool
}

extension TensorSource {
  /// The tensors that satisfy requirements, by the requirements' names.
  ///
  /// - Throws: as ``WeightLoader/init(checkpoint:requirements:precision:compute:)``.
  func resolve(
    _ requirements: [TensorRequirement]
  ) throws(RAMKitError) -> [String: ResolvedTensor] {
    var found: [String: ResolvedTensor] = [:]
    var missing: [String] = []
    for requirement in requirements {
      guard let (name, shape) = tensor(for: requirement) else {
        missing.append(requirement.name)
        continue
      }
      guard shape == requirement.shape else {
        throw .wrongTensorShape(
          path: path, name: name, found: shape, expected: requirement.shape)
      }
      if let type = elementType(of: name), !canBeWeights(name) {
        throw .unsupportedModel(
          path: path, reason: "tensor '\(name)' holds \(type.name), which can't be weights")
      }
      found[requirement.name] = ResolvedTensor(
        name: name, shape: shape, role: requirement.role, isPrepared: requirement.isPrepared)
    }
    guard missing.isEmpty else { throw .missingTensors(path: path, names: missing) }
    return found
  }

  /// The tensor that satisfies a requirement under its own name or an alias.
  func tensor(for requirement: TensorRequirement) -> (name: String, shape: [Int])? {
    for name in [requirement.name] + requirement.aliases {
      if let shape = shape(of: name) { return (name, shape) }
    }
    return nil
  }
}
