import Foundation
import RAMKit
import RAMKitCommandInput
import Testing
import _RAMKitTestSupport

@Suite struct InputExpansionTests {
  let folder: TemporaryFolder
  let root: String

  init() throws {
    folder = try TemporaryFolder()
    root = folder.url.path
    for name in [
      "b.jpg", "a.PNG", "notes.txt", "noextension", ".hidden.jpg", "sub/c.webp", "sub/deep/d.jpeg",
      "fake.jpg/e.gif", "empty/.keep",
    ] {
      try folder.write("x", to: name)
    }
    try FileManager.default.createSymbolicLink(
      at: folder.file("sub/loop"), withDestinationURL: folder.url)
    try FileManager.default.createSymbolicLink(
      at: folder.file("link.jpg"), withDestinationURL: folder.file("b.jpg"))
  }

  private func paths(_ arguments: String..., recursively: Bool = false) -> [String] {
    let expansion = InputExpansion(isRecursive: recursively)
    return expansion.inputs(for: arguments.map { "\(root)/\($0)" })
      .map { String($0.path.dropFirst(root.count + 1)) }
  }

  @Test func aFolderGivesItsPhotosByName() {
    #expect(paths("") == ["a.PNG", "b.jpg", "link.jpg"])
    #expect(paths("sub") == ["sub/c.webp"])
    #expect(paths("sub/") == ["sub/c.webp"])
    #expect(paths("empty") == [])
  }

  @Test func foldersOfFoldersOnRequestAndNeverInACircle() {
    #expect(
      paths("", recursively: true) == [
        "a.PNG", "b.jpg", "fake.jpg/e.gif", "link.jpg", "sub/c.webp", "sub/deep/d.jpeg",
      ])
  }

  @Test func whatIsNamedIsTakenAsItIs() {
    #expect(
      paths("notes.txt", "nothing.jpg", "b.jpg", "b.jpg")
        == ["notes.txt", "nothing.jpg", "b.jpg", "b.jpg"])
  }

  @Test func aLinkToAFolderIsFollowedIfNamed() {
    #expect(paths("sub/loop") == ["sub/loop/a.PNG", "sub/loop/b.jpg", "sub/loop/link.jpg"])
  }

  @Test func oddNamesReachTheLibraryUnchanged() throws {
    for name in ["p%20 #?é.jpg", "~home.jpg", "a//b.jpg", "-dash.jpg", "x:y.jpg", "e\u{301}.jpg"] {
      let input = RequestedPhoto.file(name)
      guard case .photo(.file(let url)) = input.source else {
        Issue.record("\(name) is no file")
        continue
      }
      let path = url.path(percentEncoded: false)
      #expect(path == name || path.hasSuffix("/" + name), "\(name) became \(path)")
    }
  }
}
