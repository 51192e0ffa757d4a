#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of named tensors: safetensors, GGUF, or what PyTorch's `torch.save` wrote.
///
/// The file is mapped into memory. Opening it reads the header, or the pickle and the zip
/// directory; the bytes of a tensor are read when they are asked for, and leave memory afterwards.
package final class Checkpoint: Sendable {
  package let path: String
  package let format: CheckpointFormat

  /// The `__metadata__` of a safetensors file; of a GGUF file, its single values as text; empty for
  /// PyTorch files.
  package let metadata: [String: String]

  /// The values that stand in front of a GGUF file's tensors; nil for other formats.
  package let ggufMetadata: GGUFMetadata?

  /// The tensors by name. Of a PyTorch file, these are the ones below `model` or `state_dict` where
  /// there is such an entry, else the ones at the top; a tensor that was saved alone is called
  /// `tensor`. A `module.` before all names, from data-parallel training, is taken off, and so is
  /// the name of the architecture before names in GGUF files.
  package let tensors: [String: CheckpointTensor]

  /// The matrices among the tensors that are stored as products read them; nil where there are none.
  package let prepared: PreparedWeights?

  let file: MappedFile

  /// Whether the first bytes of a file are those of a checkpoint, and not of JSON.
  package static func isCheckpoint(at url: URL) throws(RAMKitError) -> Bool {
    let file = try RegularFile(at: url).map()
    let start = file.copy(0..<min(file.size, 8)) ?? []
    let isText = start.first == UInt8(ascii: "{") && !start.contains(0)
    return !isText && (try? CheckpointFormat(sniffing: file)) != nil
  }

  /// Opens a checkpoint, telling its format by its content.
  package init(contentsOf url: URL) throws(RAMKitError) {
    file = try RegularFile(at: url).map()
    path = file.path
    do {
      format = try CheckpointFormat(sniffing: file)
      switch format {
      case .safetensors:
        let reader = try SafetensorsReader(file)
        metadata = reader.metadata
        ggufMetadata = nil
        tensors = StateDictionary.withoutParallelPrefix(reader.tensors)
      case .pyTorch:
        metadata = [:]
        ggufMetadata = nil
        tensors = StateDictionary.withoutParallelPrefix(try PyTorchArchive(file).tensors)
      case .gguf:
        let reader = try GGUFReader(file)
        metadata = reader.metadata.singleValues
        ggufMetadata = reader.metadata
        tensors = try reader.tensorsUnderOfficialNames()
      }
      prepared = try PreparedWeights(metadata: metadata, tensors: tensors)
    } catch {
      throw .malformedCheckpoint(path: file.path, reason: error.reason)
    }
    // The pages around each entry's header would stay otherwise.
    file.dropPages(0..<file.size)
  }
}
