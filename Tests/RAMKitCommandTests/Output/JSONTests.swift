import Foundation
import Testing
import _RAMKitTestSupport

@testable import RAMKitCommand

@Suite struct JSONTests {
  @Test func keepsTheOrderOfMembers() {
    let value = JSON.object([
      ("path", .string("a.jpg")), ("b", .integer(-3)), ("a", .array([.float(0.93), .bool(true)])),
      ("z", .null), ("id", .verbatim("1.50")), ("o", .object([])), ("l", .array([])),
    ])
    #expect(
      value.line
        == #"{"path": "a.jpg", "b": -3, "a": [0.93, true], "z": null, "id": 1.50, "#
        + #""o": {}, "l": []}"#)
    #expect(
      value.page == """
        {
          "path": "a.jpg",
          "b": -3,
          "a": [0.93, true],
          "z": null,
          "id": 1.50,
          "o": {},
          "l": []
        }
        """)
    #expect(
      JSON.array([.object([("a", .array([.object([("b", .integer(1))])]))])]).page == """
        [
          {
            "a": [
              {
                "b": 1
              }
            ]
          }
        ]
        """)
  }

  @Test func everyTextComesBack() throws {
    let texts = [
      "", "plain", "quote \" backslash \\ slash /", "\u{0}\u{1}\u{1F}\u{7F}\n\r\t\u{8}\u{C}",
      "三维CG渲染", "e\u{301}", "\r\n", "👩‍👩‍👧", "\u{2028}\u{FEFF}",
    ]
    for text in texts {
      let line = JSON.array([.string(text)]).line
      #expect(!line.utf8.contains { $0 < 0x20 }, "a line stays a line")
      let back = try JSONDecoder().decode([String].self, from: Data(line.utf8))
      #expect(back.map { Array($0.utf8) } == [Array(text.utf8)])
    }
  }

  @Test func everyFloatComesBack() throws {
    var random = SeededGenerator(seed: 11)
    var floats: [Float] = [
      0, -0.0, 1, 0.1, .greatestFiniteMagnitude, .leastNormalMagnitude, .leastNonzeroMagnitude,
      16_777_216, 1e-5, 123_456_790_528,
    ]
    while floats.count < 5_000 {
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if float.isFinite { floats.append(float) }
    }
    let line = JSON.array(floats.map { .float($0) }).line
    let numbers = try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [NSNumber])
    #expect(numbers.map { Float($0.doubleValue) } == floats)
  }

  @Test func whatIsNoNumberIsNull() {
    let values: [JSON] = [.float(.nan), .float(.infinity), .double(-.infinity)]
    #expect(JSON.array(values).line == "[null, null, null]")
  }
}
