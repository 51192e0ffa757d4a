import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct ResourceLocatorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func locator(
    executable: String? = nil, image: String? = nil, cache: String? = nil
  ) -> ResourceLocator {
    func absolute(_ path: String?) -> String? { path.map { folder.file($0).path } }
    return ResourceLocator(
      target: "Words", executable: absolute(executable), image: absolute(image),
      cacheDirectory: absolute(cache))
  }

  @Test(arguments: [
    "bin/RAMKit_Words.resources/words.txt",
    "bin/RAMKit_Words.bundle/words.txt",
    "bin/RAMKit_Words.bundle/Contents/Resources/words.txt",
    "Resources/RAMKit_Words.bundle/words.txt",
    "lib/RAMKit_Words.resources/words.txt",
    "lib/A.framework/Versions/RAMKit_Words.bundle/words.txt",
    "cache/RAMKit_Words.resources/words.txt",
    "cache/words.txt",
  ])
  func looksIn(_ place: String) throws {
    try folder.write("words", to: place)
    let locator = locator(
      executable: "bin/program", image: "lib/A.framework/Versions/A/Code", cache: "cache")
    #expect(try locator.url(of: "words.txt").path == folder.file(place).path)
  }

  @Test func theExecutableGoesBeforeTheCache() throws {
    try folder.write("new", to: "bin/RAMKit_Words.resources/words.txt")
    try folder.write("old", to: "cache/words.txt")
    let url = try locator(executable: "bin/program", cache: "cache").url(of: "words.txt")
    #expect(try String(contentsOf: url, encoding: .utf8) == "new")
  }

  @Test func saysWhereItLooked() throws {
    let locator = locator(executable: "bin/program", cache: "cache")
    #expect {
      _ = try locator.url(of: "words.txt")
    } throws: { error in
      guard case .missingResource("words.txt", let searched)? = error as? RAMKitError else {
        return false
      }
      return searched.first == folder.file("bin").path
        && searched.last == folder.file("cache").path
    }
    #expect(throws: RAMKitError.missingResource(name: "words.txt", searched: [])) {
      _ = try ResourceLocator(
        target: "Words", executable: nil, image: nil, cacheDirectory: ""
      ).url(of: "words.txt")
    }
  }

  @Test func knowsWhereItRuns() throws {
    let locator = ResourceLocator(target: "RAMKit")
    #expect(locator.executable?.hasPrefix("/") == true)
    #expect(locator.image?.hasPrefix("/") == true)
    #expect(FileManager.default.isReadableFile(atPath: try locator.url(of: "ram-labels.json").path))
  }
}
