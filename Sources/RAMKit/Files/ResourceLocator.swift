#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Finds the files that a target of this package carries as resources.
///
/// SwiftPM's generated `Bundle.module` ends the process where a program was moved without its
/// bundles, or is reached through a link. This look-up tries, in order:
/// 1. beside the real executable, links resolved;
/// 2. the resource folder of an application bundle around it;
/// 3. around the image that holds this very code: a dynamic library, a framework, a test bundle;
/// 4. the folder that `RAMKIT_CACHE_DIR` names;
///
/// and throws ``RAMKitError/missingResource(name:searched:)`` with the places if all are empty.
package struct ResourceLocator: Sendable {
  /// The bundle's name without its extension: package, underscore, target.
  package let bundle: String

  /// The absolute path of the program that runs, links resolved.
  package let executable: String?

  /// The path of the image that holds this code.
  package let image: String?

  /// The value of `RAMKIT_CACHE_DIR`.
  package let cacheDirectory: String?

  /// A locator for the resources of `target`, as this process runs.
  package init(target: String) {
    let cache = getenv("RAMKIT_CACHE_DIR").map { String(cString: $0) }
    self.init(
      target: target, executable: Self.runningExecutable(), image: Self.imageOfThisCode(),
      cacheDirectory: cache)
  }

  /// A locator that knows nothing but what it is told.
  package init(target: String, executable: String?, image: String?, cacheDirectory: String?) {
    self.bundle = "RAMKit_\(target)"
    self.executable = executable
    self.image = image
    self.cacheDirectory = cacheDirectory
  }

  /// The file `name` of the target's bundle.
  ///
  /// - Throws: ``RAMKitError/missingResource(name:searched:)``.
  package func url(of name: String) throws(RAMKitError) -> URL {
    for folder in folders {
      for path in candidates(name, in: folder) where Self.isReadable(path) {
        return URL(filePath: path)
      }
    }
    throw .missingResource(name: name, searched: folders)
  }

  /// The folders that may hold the bundle, best first, each once.
  package var folders: [String] {
    var folders: [String] = []
    if let executable {
      let folder = Self.parent(of: executable)
      folders += [folder, Self.parent(of: folder) + "/Resources"]
    }
    if let image {
      // Framework.framework/Versions/A/Code and Tests.xctest/Contents/MacOS/Code lie three folders
      // below the one that holds the bundles.
      var folder = Self.parent(of: image)
      for _ in 0...3 {
        folders += [folder, folder + "/Resources"]
        folder = Self.parent(of: folder)
      }
    }
    if let cacheDirectory, !cacheDirectory.isEmpty {
      folders.append(cacheDirectory)
    }
    var seen: Set<String> = []
    return folders.filter { seen.insert($0).inserted }
  }

  /// Where `name` may lie if `folder` holds the bundle, or is one.
  private func candidates(_ name: String, in folder: String) -> [String] {
    let paths = [
      "\(folder)/\(bundle).resources/\(name)",
      "\(folder)/\(bundle).bundle/\(name)",
      "\(folder)/\(bundle).bundle/Contents/Resources/\(name)",
    ]
    return folder == cacheDirectory ? paths + ["\(folder)/\(name)"] : paths
  }

  private static func isReadable(_ path: String) -> Bool {
    access(path, R_OK) == 0
  }

  /// The path up to its last slash; "/" for what lies at the root.
  private static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
      return "/"
    }
    return String(path[..<slash])
  }

  private static func runningExecutable() -> String? {
    #if canImport(Darwin)
      var size: UInt32 = 0
      _ = _NSGetExecutablePath(nil, &size)
      var path = [CChar](repeating: 0, count: Int(size) + 1)
      guard _NSGetExecutablePath(&path, &size) == 0 else { return nil }
      return realPath(of: path)
    #else
      return realPath(of: Array("/proc/self/exe".utf8CString))
    #endif
  }

  private static func imageOfThisCode() -> String? {
    #if canImport(Darwin)
      var information = Dl_info()
      guard dladdr(#dsohandle, &information) != 0, let name = information.dli_fname else {
        return nil
      }
      return realPath(of: Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)))
    #else
      // The C libraries of Linux show `dladdr` to GNU sources only, which Swift's import is not.
      return imageMapped(around: UInt(bitPattern: #dsohandle))
    #endif
  }

  #if !canImport(Darwin)
    /// The file that the kernel has mapped where `address` lies.
    private static func imageMapped(around address: UInt) -> String? {
      guard let maps = fopen("/proc/self/maps", "re") else { return nil }
      defer { fclose(maps) }
      var line: UnsafeMutablePointer<CChar>?
      var capacity = 0
      defer { free(line) }
      while getline(&line, &capacity, maps) > 0, let line {
        // "7f00-7f80 r-xp 00000000 08:01 1234    /usr/lib/libName.so"
        var end: UnsafeMutablePointer<CChar>?
        let lower = strtoul(line, &end, 16)
        guard let dash = end, address >= lower, address < strtoul(dash + 1, nil, 16) else {
          continue
        }
        guard let path = strchr(line, CInt(UInt8(ascii: "/"))) else { return nil }
        path[strcspn(path, "\n")] = 0
        return String(cString: path)
      }
      return nil
    }
  #endif

  private static func realPath(of path: [CChar]) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
