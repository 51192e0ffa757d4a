import Foundation

/// A safetensors file with the embeddings of a list of texts: `label_embed`, [texts, width].
struct TextEmbeddingFile {
  private let key: String
  private let folder: URL

  private static let tensor = "label_embed"
  private static let formatName = "ramkit-text-embeddings"

  init(key: String, folder: URL) {
    self.key = key
    self.folder = folder
  }

  private var url: URL {
    folder.appending(path: "\(key).safetensors", directoryHint: .notDirectory)
  }

  /// The embeddings; nil where they are not there, or not as they were written.
  func read(count: Int, width: Int) -> [Float]? {
    guard let file = try? Checkpoint(contentsOf: url),
      file.metadata["format"] == Self.formatName, file.metadata["key"] == key,
      let tensor = file.tensors[Self.tensor], tensor.elementType == .float32,
      tensor.shape == [count, width]
    else { return nil }
    return try? file.withBytes(of: tensor) { (bytes) throws(RAMKitError) -> [Float]? in
      guard Self.digest(bytes) == file.metadata["digest"] else { return nil }
      return Array(bytes.bindMemory(to: Float.self))
    }
  }

  /// Writes the file, whole or not at all; where it can't be written, there is none.
  func write(_ embeddings: [Float], count: Int, width: Int, encoder: String) {
    try? FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    embeddings.withUnsafeBufferPointer { numbers in
      let bytes = UnsafeRawBufferPointer(numbers)
      let metadata = [
        "format": Self.formatName, "key": key, "encoder": encoder, "digest": Self.digest(bytes),
      ]
      let entry = SafetensorsWriter.Entry(
        name: Self.tensor, elementType: .float32, shape: [count, width])
      let writer = try? SafetensorsWriter(url: url, entries: [entry], metadata: metadata)
      try? writer?.write { (_, sink) throws(RAMKitError) in try sink(bytes) }
    }
  }

  /// Removes the oldest of such files in the folder, but for this one, until the others have no
  /// more than so many bytes.
  func prune(to maximumBytes: Int) {
    let keys: Set<URLResourceKey> = [.contentModificationDateKey, .fileSizeKey]
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: Array(keys))) ?? []
    let others = files.filter { file in
      // Nothing but our own files: somebody may have given a folder with others in it.
      file.pathExtension == url.pathExtension
        && file.lastPathComponent.utf8.count == url.lastPathComponent.utf8.count
        && file.deletingPathExtension().lastPathComponent.allSatisfy(\.isHexDigit)
        && file.lastPathComponent != url.lastPathComponent
    }
    var found = others.map { file in
      let values = try? file.resourceValues(forKeys: keys)
      return (
        file: file, size: values?.fileSize ?? 0,
        date: values?.contentModificationDate ?? .distantPast
      )
    }
    found.sort { $0.date > $1.date }
    var total = 0
    for one in found {
      total += one.size
      if total > maximumBytes { try? FileManager.default.removeItem(at: one.file) }
    }
  }

  private static func digest(_ bytes: UnsafeRawBufferPointer) -> String {
    var digest = SHA256Digest()
    digest.update(bytes)
    return digest.hexadecimal
  }
}
