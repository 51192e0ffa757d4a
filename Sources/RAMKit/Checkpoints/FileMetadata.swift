#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The words in the `__metadata__` of a safetensors file that RAMKit writes: see
/// `Documentation/FileFormats.md`.
enum FileMetadata {
  static let format = "format"
  static let formatName = "ramkit"
  static let formatVersion = "format_version"
  /// That of files whose weights are numbers.
  static let formatVersionOfNumbers = 1
  /// That of files with prepared weights.
  static let formatVersionOfPreparedWeights = 2
  static let family = "family"
  static let imageSize = "image_size"
  static let decoderHeads = "decoder_heads"
  static let descriptionsPerLabel = "descriptions_per_label"
  static let precision = "precision"
  static let mixedPrecision = "mixed_precision"
  static let labels = "labels"
  static let conversions = "conversions"
  static let prepared = "prepared"
  static let ramkitVersion = "ramkit_version"

  /// A value of the metadata that has parts: JSON, the same for the same parts.
  static func json(_ value: some Encodable) throws(RAMKitError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw .internalFault(reason: "\(type(of: value)) can't be written as JSON: \(error)")
    }
  }

  /// What describes a GGUF container, and not the model in it.
  private static let containerKeys: Set<String> = [
    "general.architecture", "general.alignment", "general.file_type",
    "general.quantization_version",
  ]

  /// What a file says beside this, such as its licence, and what is to be kept of that.
  static func kept(of source: any TensorSource) -> [String: String] {
    guard source.ggufMetadata != nil else {
      // The copy holds the numbers that bytes and scales stood for.
      return source.metadata.filter {
        $0.key != Checkpoint.quantizationKey && $0.key != mixedPrecision
      }
    }
    return source.metadata.filter {
      $0.key.hasPrefix("general.") && !containerKeys.contains($0.key)
    }
  }
}

extension TensorSource {
  /// Whether the source is a file that RAMKit wrote.
  var isRAMKitFile: Bool { metadata[FileMetadata.format] == FileMetadata.formatName }

  /// Refuses files of a later RAMKit, whose words may mean something else.
  func checkFormatVersion() throws(RAMKitError) {
    guard isRAMKitFile, let version = metadata[FileMetadata.formatVersion] else { return }
    guard let number = Int(version),
      (FileMetadata.formatVersionOfNumbers...FileMetadata.formatVersionOfPreparedWeights)
        .contains(number)
    else {
      throw .unsupportedModel(
        path: path,
        reason: "it is of version \(quoted(version)) of RAMKit's files; this RAMKit "
          + "(\(ramkitVersion)) reads versions up to \(FileMetadata.formatVersionOfPreparedWeights)"
      )
    }
  }
}
