#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TensorSource {
  /// The labels that the source itself carries, in the order of the model's queries; nil where it
  /// carries none.
  ///
  /// Files that RAMKit converted have a label set in their metadata.
  ///
  /// GGUF files of recognize-anything-ggml have names, thresholds, and the labels that the official
  /// code leaves out of its answers. Of two lists of thresholds the official one counts: the other
  /// was moved so that decisions come out alike on other devices.
  func carriedLabels() throws(RAMKitError) -> LabelSet? {
    if isRAMKitFile, let labels = metadata[FileMetadata.labels] {
      return try LabelSet(json: Data(labels.utf8), path: path)
    }
    guard let lists = ggufMetadata else { return nil }
    do {
      return try LabelSet(lists, name: lists.text("general.name") ?? "gguf")
    } catch {
      throw .malformedCheckpoint(path: path, reason: error.reason)
    }
  }

  /// Pixels along a side of the photos that the model was trained on, where the source says so.
  func carriedImageSize() throws(RAMKitError) -> Int? {
    let sizes = 1...8192
    if isRAMKitFile, metadata[FileMetadata.imageSize] != nil {
      return try MetadataReader(checkpoint: self).integer(FileMetadata.imageSize, in: sizes)
    }
    guard let size = ggufMetadata?.integer("ram.input_size") else { return nil }
    guard sizes.contains(size) else {
      throw .malformedCheckpoint(
        path: path, reason: "its metadata 'ram.input_size' is \(size), not in \(sizes)")
    }
    return size
  }
}

extension LabelSet {
  /// More labels than any model has queries for.
  private static let maximumCount = 1 << 20

  /// Nil where there are no names.
  fileprivate init?(_ lists: GGUFMetadata, name: String) throws(CheckpointDefect) {
    guard let names = try lists.texts("ram.tag_list", limit: Self.maximumCount) else { return nil }
    var thresholds = try lists.numbers("ram.official_tag_thresholds", limit: Self.maximumCount)
    if thresholds == nil {
      thresholds = try lists.numbers("ram.tag_thresholds", limit: Self.maximumCount)
    }
    if let count = lists.integer("ram.tag_count"), count != names.count {
      throw CheckpointDefect("its metadata counts \(count) labels and names \(names.count)")
    }
    if let thresholds, thresholds.count != names.count {
      throw CheckpointDefect(
        "its metadata has \(thresholds.count) thresholds for \(names.count) labels")
    }
    let omittedKey = "ram.delete_tag_indices"
    let omitted = try lists.integers(omittedKey, limit: Self.maximumCount) ?? []
    if let wrong = omitted.first(where: { !names.indices.contains($0) }) {
      throw CheckpointDefect(
        "its metadata '\(omittedKey)' names label \(wrong) of \(names.count)")
    }
    let omittedIndices = Set(omitted)
    let labels = names.enumerated().map { index, name in
      Label(
        name, threshold: thresholds?[index] ?? Label.defaultThreshold,
        isOmitted: omittedIndices.contains(index))
    }
    do {
      try self.init(
        checking: labels, name: name, source: "the checkpoint's own metadata", identity: .index)
    } catch {
      throw CheckpointDefect("its metadata 'ram.tag_list', \(error)")
    }
  }
}
