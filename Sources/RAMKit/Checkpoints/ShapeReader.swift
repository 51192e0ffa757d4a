/// Reads sizes off a source's tensors, with errors that name the tensor.
struct ShapeReader {
  let checkpoint: any TensorSource

  var path: String { checkpoint.path }

  func has(_ name: String) -> Bool { checkpoint.shape(of: name) != nil }

  /// The shape of the first of the tensors named that is there: `rank` sizes above 0.
  func shape(_ names: [String], rank: Int) throws(RAMKitError) -> [Int] {
    for name in names {
      guard let shape = checkpoint.shape(of: name) else { continue }
      guard shape.count == rank, shape.allSatisfy({ $0 > 0 && $0 < 1 << 31 }) else {
        throw .unsupportedModel(
          path: path,
          reason: "tensor '\(name)' has shape \(shape), not \(rank) sizes above 0")
      }
      return shape
    }
    throw .missingTensors(path: path, names: Array(names.prefix(1)))
  }

  func shape(_ name: String, rank: Int) throws(RAMKitError) -> [Int] {
    try shape([name], rank: rank)
  }
}
