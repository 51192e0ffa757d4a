/// A tensor of a checkpoint: what it is called, what shape it has, and where its bytes lie.
package struct CheckpointTensor: Sendable, Hashable {
  package let name: String
  package let elementType: ElementType

  /// Sizes, outermost first; empty for a scalar.
  package let shape: [Int]

  /// The product of ``shape``.
  package let elementCount: Int

  /// Bytes of all elements, one after the other.
  package let byteCount: Int

  package let storage: TensorStorage

  /// Elements from one index to the next in each dimension, where the elements do not simply follow
  /// each other in C order; nil where they do.
  package let strides: [Int]?
}

/// Where the bytes from a tensor's first element to its last one lie.
package enum TensorStorage: Sendable, Hashable {
  /// In the file as they are.
  case mapped(Range<Int>)
  /// Within the deflated entry of a zip archive; the range counts unpacked bytes.
  case deflated(ZipPayload, Range<Int>)
}

// MARK: - Sizes

extension CheckpointTensor {
  /// More tensors than any model of this kind has; bounds the memory that a hostile file can take.
  static let maximumCount = 1 << 16

  /// More dimensions than any framework writes.
  static let maximumRank = 64

  /// More elements than a tensor of any model has; together with ``maximumCount`` it keeps sums over
  /// all tensors of a file from overflowing, also where a type that RAMKit can't read takes no bytes.
  static let maximumElementCount = 1 << 46

  /// Elements and bytes of a tensor; nil where a size is negative, a product overflows, there are
  /// too many elements, or a row is no whole number of the type's blocks.
  static func size(of shape: [Int], elementType: ElementType) -> (elements: Int, bytes: Int)? {
    var elements = 1
    for size in shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, product <= maximumElementCount else { return nil }
      elements = product
    }
    let block = elementType.blockElements
    guard block == 1 || (shape.last ?? 1) % block == 0 else { return nil }
    let (bits, overflow) = (elements / block)
      .multipliedReportingOverflow(by: elementType.blockBits)
    guard !overflow, bits % 8 == 0 else { return nil }
    return (elements, bits / 8)
  }

  /// How many elements lie from the first one to the last one, both included; 0 for an empty
  /// tensor, nil where a stride is negative or the sum overflows.
  static func span(of shape: [Int], strides: [Int]) -> Int? {
    guard !shape.contains(0) else { return 0 }
    var span = 1
    for (size, stride) in zip(shape, strides) {
      let (distance, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflow) = span.addingReportingOverflow(distance)
      guard stride >= 0, !tooFar, !overflow else { return nil }
      span = sum
    }
    return span
  }

  /// Whether elements with these strides simply follow each other in C order.
  static func isContiguous(_ shape: [Int], strides: [Int]) -> Bool {
    guard !shape.contains(0) else { return true }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      guard stride == expected else { return false }
      expected *= size
    }
    return true
  }

  func renamed(_ name: String) -> CheckpointTensor {
    CheckpointTensor(
      name: name, elementType: elementType, shape: shape, elementCount: elementCount,
      byteCount: byteCount, storage: storage, strides: strides)
  }
}
