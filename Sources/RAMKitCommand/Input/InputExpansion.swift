import Foundation
import RAMKit

/// Turns the PATHs of a command line into photos: files as they are, folders into the photos in
/// them, `-` into what standard input holds.
package struct InputExpansion {
  /// Whether folders in folders are looked into. Links to folders are not followed: they may lead
  /// round in a circle.
  private let isRecursive: Bool

  package init(isRecursive: Bool) { self.isRecursive = isRecursive }

  /// What a file in a folder has to end with to be taken for a photo.
  static let extensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "heic", "heif", "avif",
  ]

  /// The photos in the order of `paths`; those of a folder by name.
  package func inputs(for paths: [String]) -> [RequestedPhoto] {
    paths.flatMap { path in
      if path == "-" { return [Self.standardInput()] }
      return Self.isFolder(path, followingLinks: true) ? photos(in: path) : [.file(path)]
    }
  }

  private func photos(in folder: String) -> [RequestedPhoto] {
    let names: [String]
    do {
      names = try Self.names(in: folder)
    } catch {
      return [.failed(folder, error)]
    }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return names.flatMap { name -> [RequestedPhoto] in
      let path = prefix + name
      if Self.isFolder(path, followingLinks: false) {
        return isRecursive ? photos(in: path) : []
      }
      return Self.isPhotoName(name) && !Self.isFolder(path, followingLinks: true)
        ? [.file(path)] : []
    }
  }

  /// What a folder holds, sorted, without hidden entries.
  private static func names(in folder: String) throws(RAMKitError) -> [String] {
    guard let stream = opendir(folder) else {
      throw errno == EACCES
        ? .permissionDenied(path: folder)
        : .unreadableFile(path: folder, reason: systemMessage(errno))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private static func isPhotoName(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }

  private static func isFolder(_ path: String, followingLinks: Bool) -> Bool {
    var status = stat()
    let result = followingLinks ? stat(path, &status) : lstat(path, &status)
    return result == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The photo on standard input, read no further than the limit on a photo's bytes.
  private static func standardInput() -> RequestedPhoto {
    let limit = ImageLimits.default.maximumBytes
    var bytes = Data()
    while bytes.count <= limit {
      do {
        guard let chunk = try FileHandle.standardInput.read(upToCount: 1 << 20), !chunk.isEmpty
        else { break }
        bytes.append(chunk)
      } catch {
        return .failed("-", .unreadableFile(path: "-", reason: "\(error)"))
      }
    }
    return RequestedPhoto(path: "-", id: nil, source: .photo(.data(bytes, name: "-")))
  }
}
