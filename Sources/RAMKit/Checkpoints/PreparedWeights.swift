#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The matrices that a file of RAMKit's holds prepared: as products read them, and not as numbers.
///
/// The file's metadata has this as JSON under ``FileMetadata/prepared``. The matrix NAME is the uint8 tensor
/// `NAME.prepared`, at a multiple of 64 bytes, with zeros behind what the kernels made of it.
package struct PreparedWeights: Sendable, Hashable, Codable {
  /// A matrix, as the model knows it.
  package struct Tensor: Sendable, Hashable, Codable {
    /// Its sizes as numbers: outputs first, all others are inputs.
    package var shape: [Int]
    /// What it was rounded to.
    package var precision: Precision

    package init(shape: [Int], precision: Precision) {
      self.shape = shape
      self.precision = precision
    }
  }

  /// How they lie, for each precision among them.
  package var layouts: [PreparedLayout]

  /// The matrices by their official names.
  package var tensors: [String: Tensor]

  private static let suffix = ".prepared"

  /// The tensor that holds a matrix of this name.
  static func storedName(of name: String) -> String { name + suffix }

  /// The matrix that a tensor of this name would hold; nil for other names.
  static func name(storedAs name: String) -> String? {
    name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : nil
  }

  package init(layouts: [PreparedLayout], tensors: [String: Tensor]) {
    self.layouts = layouts
    self.tensors = tensors
  }
}

// MARK: - In a file

extension PreparedWeights {
  /// What a file's metadata says; nil where RAMKit prepared nothing in it. Every matrix has its tensor, at
  /// an address that kernels can read.
  init?(
    metadata: [String: String], tensors stored: [String: CheckpointTensor]
  ) throws(CheckpointDefect) {
    guard metadata[FileMetadata.format] == FileMetadata.formatName,
      let text = metadata[FileMetadata.prepared]
    else { return nil }
    do {
      self = try JSONDecoder().decode(PreparedWeights.self, from: Data(text.utf8))
    } catch {
      throw CheckpointDefect("its metadata '\(FileMetadata.prepared)' can't be read")
    }
    guard layouts.count == Set(layouts.map(\.precision)).count,
      tensors.values.allSatisfy({ tensor in layouts.contains { $0.precision == tensor.precision } })
    else {
      throw CheckpointDefect(
        "its metadata '\(FileMetadata.prepared)' has not one layout for each precision")
    }
    for (name, tensor) in tensors {
      guard CheckpointTensor.size(of: tensor.shape, elementType: .float32) != nil,
        tensor.shape.count <= CheckpointTensor.maximumRank
      else {
        throw CheckpointDefect("the sizes \(tensor.shape) of \(quoted(name)) make no sense")
      }
      guard stored[name] == nil else {
        throw CheckpointDefect("\(quoted(name)) is there twice, as numbers and prepared")
      }
      try Self.checkPlace(of: stored[Self.storedName(of: name)], for: name)
    }
  }

  private static func checkPlace(
    of tensor: CheckpointTensor?, for name: String
  ) throws(CheckpointDefect) {
    guard let tensor, tensor.elementType == .uint8, case .mapped(let range) = tensor.storage,
      !range.isEmpty
    else {
      throw CheckpointDefect(
        "\(quoted(name)) is said to be prepared, but no uint8 tensor "
          + "\(quoted(storedName(of: name))) is there")
    }
    guard range.lowerBound % PreparedMatrix.alignment == 0 else {
      throw CheckpointDefect(
        "the prepared \(quoted(name)) lies at byte \(range.lowerBound), no multiple of "
          + "\(PreparedMatrix.alignment)")
    }
  }

  /// The JSON for a file's metadata.
  func json() throws(RAMKitError) -> String {
    try FileMetadata.json(self)
  }
}
