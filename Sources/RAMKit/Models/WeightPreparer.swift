/// Prepares a checkpoint's matrices one after the other for a file that holds them so, so that no more than
/// one is in memory: as a model prepares them when it is loaded, bit for bit.
struct WeightPreparer {
  private let compute: ComputeContext
  private let weights: WeightLoader
  /// What is prepared, by official names.
  private let tensors: [String: PreparedWeights.Tensor]

  /// - Parameter precision: the model's.
  init(
    checkpoint: any TensorSource, requirements: [TensorRequirement], precision: Precision,
    compute: ComputeContext
  ) throws(RAMKitError) {
    self.compute = compute
    weights = try WeightLoader(
      checkpoint: checkpoint, requirements: requirements, precision: precision, compute: compute)
    let found = try checkpoint.resolve(requirements)
    tensors = Dictionary(
      uniqueKeysWithValues: requirements.lazy.filter(\.isPrepared).map {
        let precision = checkpoint.precision(
          ofProduct: found[$0.name]?.name ?? $0.name, wanted: $0.role.precision(in: precision))
        return ($0.name, .init(shape: $0.shape, precision: precision))
      })
  }

  func prepares(_ name: String) -> Bool { tensors[name] != nil }

  /// The tensors that hold the matrices.
  var entries: [SafetensorsWriter.Entry] {
    get throws(RAMKitError) {
      var entries: [SafetensorsWriter.Entry] = []
      for (name, tensor) in tensors {
        let byteCount = try PreparedMatrix.byteCount(
          outputs: tensor.shape.first ?? 1, inputs: tensor.shape.dropFirst().reduce(1, *),
          precision: tensor.precision, compute: compute)
        let unit = PreparedMatrix.alignment
        entries.append(
          SafetensorsWriter.Entry(
            name: PreparedWeights.storedName(of: name), elementType: .uint8,
            shape: [(byteCount + unit - 1) / unit * unit], alignment: unit))
      }
      return entries
    }
  }

  /// What the file has to say of them.
  var description: PreparedWeights {
    get throws(RAMKitError) {
      var layouts: [PreparedLayout] = []
      for precision in Precision.allCases
      where tensors.values.contains(where: { $0.precision == precision }) {
        layouts.append(try PreparedLayout(of: precision, compute: compute))
      }
      return PreparedWeights(layouts: layouts, tensors: tensors)
    }
  }

  /// Writes a matrix, and zeros up to a whole unit.
  func write(_ name: String, to sink: SafetensorsWriter.Sink) throws(RAMKitError) {
    try weights.prepared(name).withBytes(compute: compute) { (bytes) throws(RAMKitError) in
      try sink(bytes)
      let unit = PreparedMatrix.alignment
      let padding = [UInt8](repeating: 0, count: (unit - bytes.count % unit) % unit)
      try padding.withUnsafeBufferPointer { (padding) throws(RAMKitError) in
        try sink(UnsafeRawBufferPointer(padding))
      }
    }
  }
}
