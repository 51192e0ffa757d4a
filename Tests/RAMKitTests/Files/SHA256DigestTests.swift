import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct SHA256DigestTests {
  private func digest(_ bytes: [UInt8], pieces: [Int] = [], portable: Bool) -> String {
    var digest = SHA256Digest(portable: portable)
    var start = 0
    for count in pieces + [bytes.count - pieces.reduce(0, +)] {
      bytes[start..<start + count].withUnsafeBytes { digest.update($0) }
      start += count
    }
    return digest.hexadecimal
  }

  /// Examples of NIST for FIPS 180-4.
  @Test(arguments: [false, true])
  func theStandardsOwnExamples(portable: Bool) {
    let examples: [(String, String)] = [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
          + "lmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
    for (text, expected) in examples {
      #expect(digest(Array(text.utf8), portable: portable) == expected)
    }
  }

  /// However the bytes come, and whoever takes them.
  @Test func piecesAndImplementationsAgree() {
    var random = SeededGenerator(seed: 2)
    for count in Array(0...130) + [1000, 4096, 100_000] {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let expected = digest(bytes, portable: true)
      #expect(digest(bytes, portable: false) == expected, "\(count) bytes")
      var pieces: [Int] = []
      var rest = count
      while rest > 0, pieces.count < 40 {
        pieces.append(Int(random.next() % UInt64(min(rest, 150) + 1)))
        rest -= pieces[pieces.count - 1]
      }
      for portable in [false, true] {
        #expect(digest(bytes, pieces: pieces, portable: portable) == expected, "\(pieces)")
      }
    }
  }

  @Test func filesArePassedOverPieceByPiece() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<9_000_001).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let file = try RegularFile(at: folder.write(bytes, to: "file")).map()
    var taken: [Int] = []
    let found = try file.digest { (count) throws(RAMKitError) in taken.append(count) }
    #expect(found == sha256(bytes))
    #expect(taken == [4 << 20, 4 << 20, 9_000_001 - (8 << 20)])
    #expect(throws: RAMKitError.cancelled) {
      try file.digest { (_) throws(RAMKitError) in throw .cancelled }
    }
    let empty = try RegularFile(at: folder.write("", to: "empty")).map()
    #expect(try empty.digest() == sha256([]))
  }
}
