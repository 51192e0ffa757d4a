import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct AnnotationsTests {
  static func read(_ text: String) throws -> Annotations {
    try Annotations(bytes: Array(text.utf8), path: "a.txt")
  }

  @Test func readsUpstreamsLines() throws {
    let text = "\u{FEFF}validation/01,dog, rubik's cube \r\n\r\nb.PNG\nvalidation/03.v2,cat,,"
    let annotations = try Self.read(text)
    #expect(
      annotations.photos.map(\.path) == ["validation/01.jpg", "b.PNG", "validation/03.v2.jpg"])
    #expect(annotations.photos.map(\.tags) == [["dog", "rubik's cube"], [], ["cat"]])
    #expect(annotations.photos.map(\.line) == [1, 3, 4])
    #expect(annotations.photos.allSatisfy { $0.complete == .everything })
  }

  @Test func readsJSONLines() throws {
    let annotations = try Self.read(
      #"""
      {"vocabulary": "scenes", "labels": ["beach", "street"]}
      {"path": "a.jpg", "tags": ["dog"], "source": "more than is read"}
      {"path": "b.jpg", "tags": ["dog"], "absent": ["cat"]}

      {"path": "c.jpg", "tags": [], "complete": ["dog", "cat"]}
      {"path": "d.jpg", "vocabularies": ["scenes"], "answers": {"scenes": "beach"}}
      {"path": "e.jpg", "tags": ["dog"], "complete": false}
      {"path": "f.jpg", "tags": ["dog"], "absent": [], "complete": true}
      """#)
    #expect(
      annotations.vocabularies == [.init(name: "scenes", labels: ["beach", "street"], line: 1)])
    #expect(
      annotations.photos.map(\.complete) == [
        .everything, .labels([]), .labels(["dog", "cat"]), .labels([]), .labels([]), .everything,
      ])
    #expect(annotations.photos.map(\.line) == [2, 3, 5, 6, 7, 8])
    #expect(annotations.photos[3].answers == ["scenes": "beach"])
    #expect(annotations.photos[3].vocabularies == ["scenes"])
  }

  @Test(arguments: [
    (#"{"path": "a"}"#, 1, "says nothing of 'a'"),
    (#"{"tags": []}"#, 1, "no \"path\""),
    (#"{"path": "", "tags": []}"#, 1, "no \"path\""),
    ("{\"path\": \"a\", \"tags\": []}\n\n{\"path\": \"a\", \"tags\": []}", 3, "line 1 already"),
    (#"{"path": "a", "tags": "dog"}"#, 1, "tags"),
    (#"{"path": "a", "tags": ["dog"], "absent": ["dog"]}"#, 1, "a tag and absent"),
    (#"{"path": "a", "tags": [], "complete": 1}"#, 1, "complete"),
    (#"{"path": "a", "vocabularies": ["x"]}"#, 1, "vocabulary 'x'"),
    (#"{"path": "a", "answers": {"x": "dog"}}"#, 1, "vocabulary 'x'"),
    (#"{"vocabulary": "x"}"#, 1, "labels"),
    (#"{"vocabulary": "x", "labels": []}"#, 1, "labels"),
    (#"{"vocabulary": "x", "labels": ["b"], "path": "a"}"#, 1, "both"),
    (
      "{\"vocabulary\": \"x\", \"labels\": [\"b\"]}\n{\"path\": \"a\", \"answers\": {\"x\": \"c\"}}",
      2, "not in the vocabulary"
    ),
    (
      "{\"vocabulary\": \"x\", \"labels\": [\"b\"]}\n{\"vocabulary\": \"x\", \"labels\": [\"b\"]}",
      2, "there already"
    ),
    (#"{"path": "a", "tags": ["dog""#, 1, ""),
    ("{\"path\": \"a\", \"tags\": []}\na,dog", 2, ""),
    ("a,dog\n,cat", 2, "no path"),
    ("a,dog\nb,c\0t", 2, "UTF-8"),
    ("a\nb\na", 3, "line 1 already"),
  ])
  func namesTheLineAtFault(_ text: String, _ line: Int, _ hint: String) {
    #expect {
      try Self.read(text)
    } throws: { error in
      guard case .malformedAnnotations("a.txt", line, let reason)? = error as? RAMKitError else {
        return false
      }
      return hint.isEmpty ? !reason.isEmpty : reason.contains(hint)
    }
  }

  @Test func namesALineThatIsNotUTF8() {
    #expect {
      try Annotations(bytes: Array("a,dog\n".utf8) + [0xFF, 0xFE], path: "x")
    } throws: {
      guard case .malformedAnnotations("x", 2, _)? = $0 as? RAMKitError else { return false }
      return true
    }
  }

  @Test func readsFiles() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a,dog\n", to: "annotations.txt")
    #expect(try Annotations(contentsOf: file).photos.count == 1)
    #expect(throws: RAMKitError.fileNotFound(path: folder.file("no").path)) {
      try Annotations(contentsOf: folder.file("no"))
    }
  }
}
