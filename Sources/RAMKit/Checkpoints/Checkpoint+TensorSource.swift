import CRAMKernels

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Checkpoint: TensorSource {
  package var formatName: String { format.rawValue }

  package var folder: URL? {
    URL(filePath: path, directoryHint: .notDirectory).deletingLastPathComponent()
  }

  package var tensorNames: [String] {
    tensors.keys.compactMap { isRowScale($0) ? nil : nameOfPrepared(storedAs: $0) ?? $0 }
  }

  package func shape(of name: String) -> [Int]? {
    prepared?.tensors[name]?.shape ?? tensors[name]?.shape
  }

  /// Of a prepared matrix, what it was rounded to.
  package func elementType(of name: String) -> ElementType? {
    prepared?.tensors[name]?.precision.elementType ?? tensors[name]?.elementType
  }

  package func canBeWeights(_ name: String) -> Bool {
    if prepared?.tensors[name] != nil { return true }
    return tensors[name].map { $0.elementType.canBeWeights || rowScales(of: $0) != nil } ?? true
  }

  /// The numbers of the file itself where they are float32 and aligned, converted ones otherwise.
  package func withFloats<Result>(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>) throws(RAMKitError) -> Result
  ) throws(RAMKitError) -> Result {
    let tensor = try tensor(named: name)
    return try withBytes(of: tensor) { (bytes) throws(RAMKitError) -> Result in
      if tensor.elementType == .float32, let start = bytes.baseAddress,
        Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0
      {
        return try body(start.assumingMemoryBound(to: Float.self))
      }
      let converted = try Matrix(rows: 1, columns: tensor.elementCount)
      try convert(
        bytes, 0..<tensor.elementCount, by: try conversion(of: tensor), compute: compute,
        to: converted.pointer)
      return try body(converted.pointer)
    }
  }

  package func forEachPiece(
    of name: String, compute: ComputeContext,
    _ body: (UnsafePointer<Float>, Range<Int>) throws(RAMKitError) -> Void
  ) throws(RAMKitError) {
    let tensor = try tensor(named: name)
    let conversion = try conversion(of: tensor)
    let piece = try Matrix(rows: 1, columns: min(tensor.elementCount, Self.pieceElements))
    try forEachPiece(of: tensor) { (bytes, elements) throws(RAMKitError) in
      try convert(bytes, elements, by: conversion, compute: compute, to: piece.pointer)
      try body(piece.pointer, elements)
    }
  }

  package func copyFloats(
    of name: String, compute: ComputeContext, to out: UnsafeMutablePointer<Float>
  ) throws(RAMKitError) {
    let tensor = try tensor(named: name)
    let conversion = try conversion(of: tensor)
    try forEachPiece(of: tensor) { (bytes, elements) throws(RAMKitError) in
      try convert(
        bytes, elements, by: conversion, compute: compute, to: out + elements.lowerBound)
    }
  }

  private func tensor(named name: String) throws(RAMKitError) -> CheckpointTensor {
    guard let tensor = tensors[name] else {
      if prepared?.tensors[name] != nil {
        throw .unsuitablePreparation(
          path: path, reason: "the numbers of '\(name)' were asked for, and are not in it")
      }
      throw .missingTensors(path: path, names: [name])
    }
    return tensor
  }

  /// How the bytes of a tensor become float32.
  private struct Conversion {
    let tensor: String
    let type: ramk_element_type
    /// [1, rows], where each row has a scale.
    let scales: Matrix?
    /// Elements of a row.
    let columns: Int
  }

  /// - Throws: ``RAMKitError/unsupportedModel(path:reason:)`` for numbers that can't be weights.
  private func conversion(of tensor: CheckpointTensor) throws(RAMKitError) -> Conversion {
    let scales = try readRowScales(of: tensor)
    guard let type = scales == nil ? tensor.elementType.raw : RAMK_ELEMENT_INT8 else {
      throw .unsupportedModel(
        path: path,
        reason: "tensor '\(tensor.name)' holds \(tensor.elementType.name), which can't be weights")
    }
    return Conversion(
      tensor: tensor.name, type: type, scales: scales,
      columns: tensor.shape.dropFirst().reduce(1, *))
  }

  /// Converts the elements of a tensor that `bytes` holds to float32.
  private func convert(
    _ bytes: UnsafeRawBufferPointer, _ elements: Range<Int>, by conversion: Conversion,
    compute: ComputeContext, to out: UnsafeMutablePointer<Float>
  ) throws(RAMKitError) {
    let what = "converting '\(conversion.tensor)'"
    try ComputeContext.check(
      ramk_convert_to_float32(
        compute.raw, conversion.type, bytes.baseAddress, elements.count, out), what)
    guard let scales = conversion.scales else { return }
    try ComputeContext.check(
      ramk_scale_rows(
        compute.raw, elements.lowerBound, elements.count, conversion.columns, scales.pointer, out),
      what)
  }
}

extension ElementType {
  /// The kernels' word for the type; nil where they convert no such numbers.
  fileprivate var raw: ramk_element_type? {
    switch self {
    case .float64: RAMK_ELEMENT_FLOAT64
    case .float32: RAMK_ELEMENT_FLOAT32
    case .float16: RAMK_ELEMENT_FLOAT16
    case .bfloat16: RAMK_ELEMENT_BFLOAT16
    case .int64: RAMK_ELEMENT_INT64
    case .int32: RAMK_ELEMENT_INT32
    case .uint8: RAMK_ELEMENT_UINT8
    case .q8_0: RAMK_ELEMENT_Q8_0
    case .int16, .int8, .bool, .unsupported: nil
    }
  }

  /// Whether numbers of this type can be a model's weights, as they are.
  package var canBeWeights: Bool { raw != nil }
}
