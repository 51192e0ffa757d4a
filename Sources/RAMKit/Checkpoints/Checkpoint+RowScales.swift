/// Matrices as signed bytes, with a float32 scale a row.
///
/// A file whose metadata says `quantization` = `int8-rows` may hold a tensor NAME of int8 [rows,
/// ...] beside a tensor `NAME.scale` of float32 [rows]; NAME's numbers are the products of both.
extension Checkpoint {
  static let quantizationKey = "quantization"
  static let rowQuantization = "int8-rows"
  private static let scaleSuffix = ".scale"

  static func nameOfScales(ofRows name: String) -> String { name + scaleSuffix }

  /// The tensor whose rows a tensor of this name scales; nil for other names.
  static func nameOfRows(scaledBy name: String) -> String? {
    name.hasSuffix(scaleSuffix) ? String(name.dropLast(scaleSuffix.count)) : nil
  }

  /// The scales of a tensor's rows; nil where it is no tensor of signed bytes that has some.
  func rowScales(of tensor: CheckpointTensor) -> CheckpointTensor? {
    guard metadata[Self.quantizationKey] == Self.rowQuantization, tensor.elementType == .int8,
      let rows = tensor.shape.first, let scales = tensors[Self.nameOfScales(ofRows: tensor.name)],
      scales.elementType == .float32, scales.shape == [rows]
    else { return nil }
    return scales
  }

  /// Whether a tensor is part of how another one is stored.
  func isRowScale(_ name: String) -> Bool {
    guard let tensor = Self.nameOfRows(scaledBy: name).flatMap({ tensors[$0] }) else {
      return false
    }
    return rowScales(of: tensor)?.name == name
  }

  /// The scales of a tensor's rows as floats.
  func readRowScales(of tensor: CheckpointTensor) throws(RAMKitError) -> Matrix? {
    guard let scales = rowScales(of: tensor) else { return nil }
    let matrix = try Matrix(rows: 1, columns: scales.elementCount)
    try withBytes(of: scales) { (bytes) throws(RAMKitError) in
      UnsafeMutableRawBufferPointer(start: matrix.pointer, count: bytes.count)
        .copyMemory(from: bytes)
    }
    return matrix
  }

  package func signedBytes(of name: String) throws(RAMKitError) -> SignedByteRows? {
    guard let tensor = tensors[name], let scales = try readRowScales(of: tensor) else { return nil }
    let bytes = try AlignedMemory(byteCount: tensor.byteCount)
    try withBytes(of: tensor) { (stored) throws(RAMKitError) in
      bytes.bytes.copyMemory(from: stored)
    }
    return SignedByteRows(bytes: bytes, scales: scales)
  }
}

/// The signed bytes of a matrix, row by row, and a scale for each row.
package struct SignedByteRows: Sendable {
  package let bytes: AlignedMemory
  /// [1, rows]
  package let scales: Matrix
}
