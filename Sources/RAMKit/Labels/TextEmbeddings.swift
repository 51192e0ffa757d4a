/// Text embeddings that labels are asked by: one of each, or the same number of descriptions of each.
package struct TextEmbeddings: Sendable {
  /// [groups · descriptions, width], a group one behind the other.
  package enum Rows: Sendable {
    case float32(Matrix)
    case bfloat16(Bfloat16Matrix)

    package var count: Int {
      switch self {
      case .float32(let matrix): matrix.rows
      case .bfloat16(let matrix): matrix.rows
      }
    }

    package var width: Int {
      switch self {
      case .float32(let matrix): matrix.columns
      case .bfloat16(let matrix): matrix.columns
      }
    }
  }

  package let rows: Rows

  /// Rows of a group.
  package let descriptions: Int

  /// The group of each label: labels may be some of those that there are embeddings of, which then
  /// need not be copied.
  package let groups: [Int]

  /// The embeddings of the labels at the indices given.
  func selecting(_ indices: [Int]) -> TextEmbeddings {
    TextEmbeddings(
      rows: rows, descriptions: descriptions, groups: indices.map { groups[$0] })
  }

  /// The rows of all labels in their order; the matrix that is there where that is what it holds.
  func gathered(compute: ComputeContext) throws(RAMKitError) -> Matrix {
    let indices = groups.flatMap { ($0 * descriptions)..<(($0 + 1) * descriptions) }
    switch rows {
    case .float32(let matrix):
      return indices.elementsEqual(0..<matrix.rows) ? matrix : try matrix.gatheringRows(indices)
    case .bfloat16(let matrix):
      return try matrix.gatheringRows(indices, compute: compute)
    }
  }
}
