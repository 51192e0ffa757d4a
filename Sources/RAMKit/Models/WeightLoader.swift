import CRAMKernels

/// Takes a model's tensors out of a checkpoint: checks that all are there, of the right shape and
/// finite, and prepares them for the kernels one after the other, so that no more than one tensor's
/// pages of the file are in memory beside the prepared weights.
package struct WeightLoader {
  private let checkpoint: Checkpoint
  private let compute: ComputeContext
  private let found: [String: CheckpointTensor]

  /// Resolves every requirement.
  ///
  /// - Throws: ``RAMKitError/missingTensors(path:names:)`` naming all that are missing, or
  ///   ``RAMKitError/wrongTensorShape(path:name:found:expected:)`` for the first misfit.
  package init(
    checkpoint: Checkpoint, requirements: [TensorRequirement], compute: ComputeContext
  ) throws(RAMKitError) {
    self.checkpoint = checkpoint
    self.compute = compute
    var found: [String: CheckpointTensor] = [:]
    var missing: [String] = []
    for requirement in requirements {
      guard let tensor = checkpoint.tensor(for: requirement) else {
        missing.append(requirement.name)
        continue
      }
      guard tensor.shape == requirement.shape else {
        throw .wrongTensorShape(
          path: checkpoint.path, name: tensor.name, found: tensor.shape,
          expected: requirement.shape)
      }
      found[requirement.name] = tensor
    }
    guard missing.isEmpty else {
      throw .missingTensors(path: checkpoint.path, names: missing)
    }
    self.found = found
  }

  /// A product's weights [outputs, ...], all further dimensions flattened into its inputs.
  package func prepared(_ name: String) throws(RAMKitError) -> PreparedMatrix {
    let tensor = try tensor(name)
    let outputs = tensor.shape.first ?? 1
    let inputs = tensor.shape.dropFirst().reduce(1, *)
    return try withFloats(of: tensor) { (values) throws(RAMKitError) in
      try PreparedMatrix(outputs: outputs, inputs: inputs, weights: values, compute: compute)
    }
  }

  /// A tensor as a matrix: a vector is one row, and the last dimension gives the columns.
  package func matrix(_ name: String) throws(RAMKitError) -> Matrix {
    let tensor = try tensor(name)
    let columns = tensor.shape.last ?? 1
    let rows = tensor.shape.dropLast().reduce(1, *)
    let matrix = try Matrix(rows: rows, columns: columns)
    try withFloats(of: tensor) { (values) throws(RAMKitError) in
      matrix.pointer.update(from: values, count: rows * columns)
    }
    return matrix
  }

  package func linear(_ name: String) throws(RAMKitError) -> Linear {
    Linear(weights: try prepared("\(name).weight"), bias: try matrix("\(name).bias"))
  }

  package func layerNorm(_ name: String, epsilon: Float) throws(RAMKitError) -> LayerNorm {
    LayerNorm(
      gain: try matrix("\(name).weight"), bias: try matrix("\(name).bias"), epsilon: epsilon)
  }

  private func tensor(_ name: String) throws(RAMKitError) -> CheckpointTensor {
    guard let tensor = found[name] else {
      throw .internalFault(reason: "the model asks for '\(name)', which it never required")
    }
    return tensor
  }

  /// Hands `body` the tensor's numbers as float32: those of the file itself where they are float32
  /// and aligned, converted ones otherwise.
  private func withFloats<Result>(
    of tensor: CheckpointTensor,
    _ body: (UnsafePointer<Float>) throws(RAMKitError) -> Result
  ) throws(RAMKitError) -> Result {
    let count = tensor.shape.reduce(1, *)
    return try checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) -> Result in
      if tensor.elementType == .float32, let start = bytes.baseAddress,
        Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0
      {
        let values = start.assumingMemoryBound(to: Float.self)
        try checkFinite(values, count: count, of: tensor)
        return try body(values)
      }
      let converted = try Matrix(rows: 1, columns: count)
      try ComputeContext.check(
        ramk_convert_to_float32(
          compute.raw, try tensor.rawElementType(path: checkpoint.path), bytes.baseAddress, count,
          converted.pointer),
        "converting '\(tensor.name)'")
      try checkFinite(converted.pointer, count: count, of: tensor)
      return try body(converted.pointer)
    }
  }

  private func checkFinite(
    _ values: UnsafePointer<Float>, count: Int, of tensor: CheckpointTensor
  ) throws(RAMKitError) {
    let first = ramk_first_non_finite(compute.raw, values, count)
    guard first == count else {
      throw .nonFiniteTensor(path: checkpoint.path, name: tensor.name, element: first)
    }
  }
}

extension Checkpoint {
  /// The tensor that satisfies a requirement under its own name or an alias.
  func tensor(for requirement: TensorRequirement) -> CheckpointTensor? {
    for name in [requirement.name] + requirement.aliases {
      if let tensor = tensors[name] { return tensor }
    }
    return nil
  }
}

extension CheckpointTensor {
  /// The kernels' word for the element type.
  fileprivate func rawElementType(path: String) throws(RAMKitError) -> ramk_element_type {
    switch elementType {
    case .float64: return RAMK_ELEMENT_FLOAT64
    case .float32: return RAMK_ELEMENT_FLOAT32
    case .float16: return RAMK_ELEMENT_FLOAT16
    case .bfloat16: return RAMK_ELEMENT_BFLOAT16
    case .int64: return RAMK_ELEMENT_INT64
    case .int32: return RAMK_ELEMENT_INT32
    case .uint8: return RAMK_ELEMENT_UINT8
    default:
      throw .unsupportedModel(
        path: path, reason: "tensor '\(name)' holds \(elementType), which can't be weights")
    }
  }
}
