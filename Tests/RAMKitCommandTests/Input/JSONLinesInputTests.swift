import Foundation
import RAMKit
import RAMKitCommandInput
import Testing
import _RAMKitTestSupport

@Suite struct JSONLinesInputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func inputs(_ bytes: some Sequence<UInt8>) throws -> [RequestedPhoto] {
    let handle = try FileHandle(forReadingFrom: folder.write(bytes, to: "lines"))
    defer { try? handle.close() }
    var lines = JSONLinesInput(descriptor: handle.fileDescriptor)
    return Array(AnyIterator { lines.next() })
  }

  private func code(_ input: RequestedPhoto) -> String? {
    guard case .failure(let code, _) = input.source else { return nil }
    return code
  }

  @Test func readsPathsAndObjects() throws {
    let inputs = try inputs(
      """
      \u{FEFF}a.jpg
      dir/b c.png\r

        \t
      {"path": "d.jpg"}
      {"id": 12345678901234567890.10, "path": "é.jpg"}
      { "path" : "x\\"y.jpg" , "id" : { "a": [1, "}, \\"id\\": 2"] } }
      "quoted.jpg"
      last.jpg
      """.utf8)
    #expect(
      inputs.map(\.path) == [
        "a.jpg", "dir/b c.png", "d.jpg", "é.jpg", "x\"y.jpg", "quoted.jpg", "last.jpg",
      ])
    #expect(
      inputs.map(\.id) == [
        nil, nil, nil, "12345678901234567890.10", #"{ "a": [1, "}, \"id\": 2"] }"#, nil, nil,
      ])
    #expect(inputs.allSatisfy { code($0) == nil })
  }

  @Test func aBrokenLineIsAFailureInItsPlace() throws {
    let long = String(repeating: "x", count: JSONLinesInput.maximumLineBytes + 1)
    let lines = ["a.jpg", "{\"pth\": 1}", "{\"path\": 1}", "{", "{}", long, "{\"path\": \"\"}"]
    var bytes = Array(lines.joined(separator: "\n").utf8)
    bytes += [0x0A, 0xFF, 0xFE, 0x0A]
    bytes += Array("z.jpg".utf8)
    let codes = try inputs(bytes).map(code)
    let malformed = "malformedInput"
    #expect(
      codes == [
        nil, malformed, malformed, malformed, malformed, malformed, "fileNotFound", malformed, nil,
      ])
  }

  /// An id is echoed as it stands, so what is no JSON must not get through.
  @Test(
    arguments: [
      "-1.", "01", "1e", ".5", "+1", "[1,]", #"{"a":1, }"#, #"{"a":}"#, "tru", #""\x""#, "", "1,",
      "1}", "[",
    ])
  func anIDThatIsNoJSONIsAFailure(id: String) throws {
    let line = "{\"path\": \"a.jpg\", \"id\": \(id)}"
    #expect(try inputs(line.utf8).map(code) == ["malformedInput"])
  }

  @Test(arguments: [#"{"path": "a.jpg",}"#, #"{"path": "a.jpg" , }"#, "{,}", #"{"path"}"#, "{\""])
  func aCommaTooManyIsAFailure(line: String) throws {
    #expect(try inputs(line.utf8).map(code) == ["malformedInput"])
  }

  @Test func commasAndBracketsInStringsAreNone() throws {
    let inputs = try inputs(#"{"path": "a,}.jpg", "id": [",]", "\",}"]}"#.utf8)
    #expect(inputs.map(\.path) == ["a,}.jpg"])
    #expect(inputs.map(\.id) == [#"[",]", "\",}"]"#])
  }

  @Test func textInAnotherEncodingIsAFailure() throws {
    for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian] {
      let line = try #require("{\"path\": \"a.jpg\", \"id\": \"\u{2200}\"}".data(using: encoding))
      #expect(try inputs(line).map(code).allSatisfy { $0 != nil }, "\(encoding)")
    }
  }

  @Test func aNullInAPathIsNoOtherPath() throws {
    #expect(try inputs(#"{"path": "/etc/passwd\u0000.jpg"}"#.utf8).map(code) == ["fileNotFound"])
  }

  @Test func linesMayBeCutAnywhere() throws {
    let lines = (0..<20_000).map { "{\"path\": \"photo \($0).jpg\", \"id\": \($0)}" }
    let inputs = try inputs(lines.joined(separator: "\n").utf8)
    #expect(inputs.map(\.id) == (0..<20_000).map { "\($0)" })
    #expect(inputs.last?.path == "photo 19999.jpg")
  }

  @Test func whatCannotBeReadIsAFailureAndTheEnd() throws {
    let descriptor = open(folder.url.path, O_RDONLY)
    defer { close(descriptor) }
    var lines = JSONLinesInput(descriptor: descriptor)
    #expect(lines.next().flatMap(code) == "unreadableFile")
    #expect(lines.next() == nil)
  }

  @Test func nothingIsNoPhoto() throws {
    #expect(try inputs([]).isEmpty)
    #expect(try inputs([0x0A, 0x0A]).isEmpty)
  }
}
