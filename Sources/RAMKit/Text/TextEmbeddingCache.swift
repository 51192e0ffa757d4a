import Foundation
import Synchronization

/// Keeps the embeddings of texts, in memory and on disk, so that a label set is encoded once.
///
/// ``LabelQuerySet/init(_:encodedBy:threshold:cache:text:)`` makes one that keeps them in the
/// standard folder. Pass one of your own to have them in memory as well from one set to the next,
/// or in another folder; pass nil to keep nothing.
///
/// On disk, the embeddings of a list of texts by an encoder are one file. One that is damaged is
/// made anew, and a folder that can't be written to is no error: the texts are then encoded again.
/// Where the files grow beyond 256 MB, the oldest go.
public final class TextEmbeddingCache: Sendable {
  /// Where the files are; nil where there are none.
  public let folder: URL?

  private let recent = Mutex<[Entry]>([])

  private struct Entry: Sendable {
    let key: String
    let embeddings: [Float]
  }

  /// Lists of texts that are kept in memory.
  private static let maximumEntries = 8
  private static let maximumFolderBytes = 256 << 20

  /// Keeps embeddings in memory, and in the folder given.
  ///
  /// - Parameter folder: is made when it is needed; nil to keep nothing on disk.
  public init(folder: URL? = TextEmbeddingCache.standardFolder) {
    self.folder = folder
  }

  /// `text-embeddings` in the folder that `RAMKIT_CACHE_DIR` names; else in `ramkit` in the user's
  /// folder for caches: that of the system on Apple platforms; else what `XDG_CACHE_HOME` names, or
  /// `~/.cache`. Nil where there is no such folder.
  public static var standardFolder: URL? {
    #if canImport(Darwin)
      let system = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
    #else
      let system: URL? = nil
    #endif
    return standardFolder(environment: ProcessInfo.processInfo.environment, system: system)
  }

  package static func standardFolder(environment: [String: String], system: URL?) -> URL? {
    func folder(_ name: String) -> URL? {
      guard let path = environment[name], !path.isEmpty else { return nil }
      return URL(filePath: path, directoryHint: .isDirectory)
    }
    // A relative path is to be ignored: XDG Base Directory Specification.
    let xdg = environment["XDG_CACHE_HOME"]?.hasPrefix("/") == true ? folder("XDG_CACHE_HOME") : nil
    let home = folder("HOME")?.appending(path: ".cache", directoryHint: .isDirectory)
    let user = (system ?? xdg ?? home)?.appending(path: "ramkit", directoryHint: .isDirectory)
    return (folder("RAMKIT_CACHE_DIR") ?? user)?
      .appending(path: "text-embeddings", directoryHint: .isDirectory)
  }

  /// The embeddings of texts, [texts, width]: those that are kept, else what the encoder makes,
  /// which are kept from then on.
  ///
  /// - Throws: what the encoder throws, and ``RAMKitError/mismatchedLabels(reason:)`` where it
  ///   gives something else than finite numbers, `width` of them a text.
  public func embeddings(
    of texts: [String], by encoder: any TextEncoder
  ) async throws(RAMKitError) -> [Float] {
    let key = Self.key(texts, encoder.identity)
    if let known = remembered(key) { return known }
    let file = folder.map { TextEmbeddingFile(key: key, folder: $0) }
    if let kept = file?.read(count: texts.count, width: encoder.width) {
      remember(Entry(key: key, embeddings: kept))
      return kept
    }
    let made = try await encoder.checkedEmbeddings(of: texts)
    remember(Entry(key: key, embeddings: made))
    if let file, !texts.isEmpty {
      file.write(made, count: texts.count, width: encoder.width, encoder: encoder.identity)
      file.prune(to: Self.maximumFolderBytes)
    }
    return made
  }

  /// A digest of the encoder and all texts; lengths keep them apart.
  private static func key(_ texts: [String], _ encoder: String) -> String {
    var digest = SHA256Digest()
    for text in [encoder] + texts {
      let bytes = Array("\(text.utf8.count) ".utf8) + Array(text.utf8)
      bytes.withUnsafeBytes { digest.update($0) }
    }
    return digest.hexadecimal
  }

  private func remembered(_ key: String) -> [Float]? {
    recent.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
      entries.append(entries.remove(at: index))
      return entries[entries.count - 1].embeddings
    }
  }

  private func remember(_ entry: Entry) {
    recent.withLock { entries in
      entries.removeAll { $0.key == entry.key }
      entries.append(entry)
      if entries.count > Self.maximumEntries { entries.removeFirst() }
    }
  }
}
