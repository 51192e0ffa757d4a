import RAMKit
import Testing

@Suite struct SafetensorsReaderTests {
  let folder: CheckpointFolder

  init() throws { folder = try CheckpointFolder() }

  private func open(_ header: String, data: Int = 0) throws -> Checkpoint {
    let bytes = little(UInt64(header.utf8.count)) + Array(header.utf8)
    return try folder.open(bytes + [UInt8](repeating: 0, count: data))
  }

  /// A tensor's member of a header.
  private func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String
  {
    #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  @Test func takesWhatTheReferenceTakes() throws {
    #expect(try open("{}").tensors.isEmpty)
    #expect(try open("{\"__metadata__\":{}} \n").tensors.isEmpty)
    let empty = tensor("z", "U8", "[0]", "[4,4]")
    let both = try open("{\(tensor("s", "F32", "[]", "[0,4]")),\(empty)}", data: 4)
    #expect(both.tensors["s"]?.shape == [])
    #expect(both.tensors["s"]?.elementCount == 1)
    #expect(both.tensors["z"]?.byteCount == 0)
    // Zero first: the product never overflows.
    let huge = "[0,9223372036854775807,9223372036854775807]"
    #expect(try open("{\(tensor("h", "U8", huge, "[0,0]"))}").tensors["h"]?.elementCount == 0)
    let half = try open("{\(tensor("f", "F4", "[4]", "[0,2]"))}", data: 2)
    #expect(half.tensors["f"]?.elementType.isReadable == false)
  }

  @Test func offsetsMustCoverTheData() {
    let a = tensor("a", "U8", "[2]", "[0,2]")
    expectMalformed("'b' overlaps") {
      try open("{\(a),\(tensor("b", "U8", "[2]", "[1,3]"))}", data: 3)
    }
    expectMalformed("overlaps") { try open("{\(a),\(tensor("b", "U8", "[2]", "[0,2]"))}", data: 2) }
    expectMalformed("'b' leaves a hole") {
      try open("{\(a),\(tensor("b", "U8", "[1]", "[3,4]"))}", data: 4)
    }
    expectMalformed("'a' leaves a hole") {
      try open("{\(tensor("a", "U8", "[1]", "[1,2]"))}", data: 2)
    }
    expectMalformed("1 bytes at its end") { try open("{\(a)}", data: 3) }
    expectMalformed("'a' ends at byte 2 of 1") { try open("{\(a)}", data: 1) }
    expectMalformed("'a' ends before it starts") {
      try open("{\(tensor("a", "U8", "[0]", "[2,1]"))}", data: 2)
    }
    expectMalformed("'a' ends at byte") {
      try open("{\(tensor("a", "U8", "[9223372036854775807]", "[0,9223372036854775807]"))}")
    }
  }

  @Test func shapesMustFitTheirBytes() {
    expectMalformed("'a' of shape [3]") {
      try open("{\(tensor("a", "U8", "[3]", "[0,2]"))}", data: 2)
    }
    expectMalformed("type F32") { try open("{\(tensor("a", "F32", "[2]", "[0,2]"))}", data: 2) }
    expectMalformed("does not fit") {
      try open("{\(tensor("a", "F32", "[4611686018427387904,4]", "[0,0]"))}")
    }
    expectMalformed("does not fit") {
      try open("{\(tensor("a", "F64", "[2305843009213693952]", "[0,0]"))}")
    }
    expectMalformed("does not fit") { try open("{\(tensor("a", "F4", "[3]", "[0,2]"))}", data: 2) }
    let deep = "[" + [String](repeating: "1", count: 65).joined(separator: ",") + "]"
    expectMalformed("more than 64") { try open("{\(tensor("a", "U8", deep, "[0,1]"))}", data: 1) }
  }

  @Test func headersAreStrict() {
    let a = tensor("a", "U8", "[2]", "[0,2]")
    expectMalformed("names 'a' twice") { try open("{\(a),\(a)}", data: 2) }
    expectMalformed("names 'x' twice") { try open(#"{"__metadata__":{"x":"1","x":"2"}}"#) }
    expectMalformed("comes twice") {
      try open(#"{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#)
    }
    expectMalformed("'extra' that is unknown") {
      try open(#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"extra":1}}"#)
    }
    expectMalformed("'a' lacks") { try open(#"{"a":{"dtype":"U8","shape":[0]}}"#) }
    expectMalformed("'a' lacks") { try open("{\(tensor("a", "U8", "[0]", "[0]"))}") }
    expectMalformed("more than 2") { try open("{\(tensor("a", "U8", "[0]", "[0,0,0]"))}") }
    expectMalformed("unknown dtype 'X9'") { try open("{\(tensor("a", "X9", "[0]", "[0,0]"))}") }
    for number in ["-1", "1.0", "1e3", "01", "0x1", "\"1\"", "99999999999999999999", "", "null"] {
      expectMalformed("tensor 'a'") { try open("{\(tensor("a", "U8", "[\(number)]x", "[0,0]"))}") }
    }
    expectMalformed("JSON") { try open(#"{"__metadata__":{"x":1}}"#) }
    for junk in [
      "", "[]", "{", "{}x", "{}\0", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":{}"#, "\u{FEFF}{}",
    ] {
      expectMalformed("") { try open(junk) }
    }
  }

  @Test func namesAreUTF8AndEscapesAreWhole() throws {
    let escaped = #"{"__metadata__":{"\u00fc\ud83d\ude00\/":"\b\f\n\r\t\"\\"}}"#
    #expect(try open(escaped).metadata == ["ü😀/": "\u{8}\u{C}\n\r\t\"\\"])
    for bad in [
      #"\ud83d"#, #"\ud83dx"#, #"\ude00"#, #"\ud83d\u0041"#, #"\u12"#, #"\x"#, "\n", #"\"#,
    ] {
      expectMalformed("JSON") { try open(#"{"__metadata__":{"\#(bad)":"x"}}"#) }
    }
    let invalid = Array(#"{"__metadata__":{""#.utf8) + [0xC3, 0x28] + Array(#"":"x"}}"#.utf8)
    expectMalformed("not UTF-8") { try folder.open(little(UInt64(invalid.count)) + invalid) }
  }

  @Test func theHeaderIsBounded() {
    expectMalformed("more than 100000000") { try folder.open(little(UInt64(100_000_001)) + [0x7B]) }
    expectMalformed("claims") { try folder.open(little(UInt64.max) + [0x7B]) }
    expectMalformed("the file ends after 9") { try folder.open(little(UInt64(2)) + [0x7B]) }
    expectMalformed("") { try folder.open([1, 0, 0, 0]) }
  }
}
