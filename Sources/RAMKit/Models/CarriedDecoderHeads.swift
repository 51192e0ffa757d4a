import Foundation

extension TensorSource {
  /// The recognition decoder's attention heads, where the source says how many it has: in the
  /// metadata of a file that RAMKit converted, or in a `config.json` beside its file, as
  /// `q2l_config.num_attention_heads`.
  func carriedDecoderHeads() throws(RAMKitError) -> Int? {
    if isRAMKitFile, metadata[FileMetadata.decoderHeads] != nil {
      return try MetadataReader(checkpoint: self).integer(FileMetadata.decoderHeads, in: 1...4096)
    }
    guard let folder else { return nil }
    return NeighbouringConfiguration(in: folder)?.q2l_config?.num_attention_heads
  }
}

/// What a training script's `config.json` may say of a checkpoint beside it; a file of that name that
/// is about something else says nothing.
private struct NeighbouringConfiguration: Decodable {
  struct Decoder: Decodable { var num_attention_heads: Int? }

  var q2l_config: Decoder?

  private static let maximumBytes = 1 << 20

  init?(in folder: URL) {
    let url = folder.appending(path: "config.json", directoryHint: .notDirectory)
    guard let bytes = try? RegularFile(at: url).readAll(limit: Self.maximumBytes),
      let found = try? JSONDecoder().decode(Self.self, from: Data(bytes))
    else { return nil }
    self = found
  }
}
