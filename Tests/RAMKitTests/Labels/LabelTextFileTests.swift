import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct LabelTextFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func names(_ bytes: some Sequence<UInt8>, count: Int? = nil) throws -> [String] {
    try LabelSet.names(contentsOf: folder.write(bytes, to: "names.txt"), count: count)
  }

  private func thresholds(_ text: String, count: Int? = nil) throws -> [Float] {
    try LabelSet.thresholds(contentsOf: folder.write(text, to: "thresholds.txt"), count: count)
  }

  /// The line that `body` finds fault with.
  private func faultyLine(_ body: () throws -> Void) -> Int? {
    do {
      try body()
    } catch RAMKitError.malformedLabels(_, let line, _) {
      return line
    } catch {}
    return nil
  }

  // MARK: - Lines

  @Test(arguments: [
    "a\nb c\nd", "a\nb c\nd\n", "a\r\nb c\r\nd\r\n", "a\rb c\rd", "a\r\nb c\rd\n",
    "a\u{B}b c\u{C}d", "a\u{1C}b c\u{1D}d\u{1E}", "a\u{85}b c\u{85}d", "a\u{2028}b c\u{2029}d",
    "\u{FEFF}a\nb c\nd\n",
  ])
  func cutsWherePythonCuts(_ text: String) throws {
    #expect(try names(text.utf8) == ["a", "b c", "d"])
  }

  @Test func keepsWhatOnlyLooksLikeATerminator() throws {
    // U+00C5 is C3 85, U+2027 is E2 80 A7, U+202A is E2 80 AA: neighbours of terminators in UTF-8.
    let kept = ["Å", "a\u{2027}b", "a\u{202A}b", "café", " blank ", "tab\tinside", "三维CG渲染 "]
    #expect(try names(kept.joined(separator: "\n").utf8) == kept)
  }

  @Test func anyMixOfTerminatorsGivesTheSameNames() throws {
    let terminators = ["\n", "\r\n", "\u{85}", "\u{2028}", "\u{C}", "\u{1D}"]
    var random = SeededGenerator(seed: 3)
    for _ in 0..<50 {
      let expected = (0..<(1 + Int.random(in: 0..<20, using: &random))).map { "名\($0)" }
      let text = expected.reduce(into: "") {
        $0 += $1 + terminators[Int.random(in: 0..<terminators.count, using: &random)]
      }
      #expect(try names(text.utf8) == expected)
    }
  }

  // MARK: - Faults

  @Test func saysWhichLineIsNotUTF8() {
    #expect(faultyLine { _ = try names([0x61, 0x0A, 0x62, 0xFF, 0x0A, 0x63]) } == 2)
    #expect(faultyLine { _ = try names([0x61, 0x0A, 0x62, 0x0A, 0xE2, 0x80]) } == 3)
    #expect(faultyLine { _ = try names([0x61, 0x0A, 0x62, 0x0A, 0xC2]) } == 3)
    #expect(faultyLine { _ = try names([0xFF, 0xFE, 0x61, 0x00]) } == 1)
    #expect(faultyLine { _ = try names([0x61, 0x00, 0x62, 0x00]) } == 1)
  }

  @Test func saysWhichLineIsEmpty() {
    #expect(faultyLine { _ = try names("a\n\nb\n".utf8) } == 2)
    #expect(faultyLine { _ = try names("a\nb\n\n".utf8) } == 3)
    #expect(faultyLine { _ = try names("a\n  \nb\n".utf8) } == 2)
    #expect(faultyLine { _ = try thresholds("0.5\n\n0.5") } == 2)
  }

  @Test func saysBothNumbersIfTheCountIsWrong() throws {
    for text in ["a\nb", "a\nb\nc\nd", ""] {
      #expect {
        _ = try names(text.utf8, count: 3)
      } throws: { error in
        guard case .malformedLabels(_, nil, let reason)? = error as? RAMKitError else {
          return false
        }
        let found = text.split(separator: "\n").count
        return reason.contains("3") && reason.contains("\(found) names")
      }
    }
    #expect(try names("a\nb\nc".utf8, count: 3).count == 3)
    #expect(throws: RAMKitError.self) { try thresholds("0.5\n0.5", count: 3) }
  }

  @Test(arguments: [
    "nan", "inf", "-inf", "0x1p-1", "1.01", "-0.01", "0,5", "half", "0.5 0.5", "+", ".",
  ])
  func refusesAThresholdThatIsNoNumberFrom0To1(_ text: String) {
    #expect(faultyLine { _ = try thresholds("0.65\n\(text)\n0.8\n") } == 2)
  }

  @Test func readsThresholdsAsTheOfficialCodeDoes() throws {
    #expect(
      try thresholds("0.65\n0.8\r\n1\n 0 \n1e-1\n.5\n")
        == [0.65, 0.8, 1, 0, 0.1, 0.5])
  }

  // MARK: - Label sets

  @Test func makesALabelSetOfTextFiles() throws {
    let names = try folder.write("tennis\nlight\nlight\n", to: "names.txt")
    let plain = try LabelSet(namesFile: names)
    #expect(plain.labels.map(\.name) == ["tennis", "light", "light"])
    #expect(plain.labels.allSatisfy { $0.threshold == Label.defaultThreshold })
    #expect(faultyLine { _ = try LabelSet(namesFile: names, identity: .name) } == 3)

    let thresholds = try folder.write("0.1\n0.2\n0.3\n", to: "thresholds.txt")
    let full = try LabelSet(namesFile: names, thresholdsFile: thresholds, count: 3)
    #expect(full.labels.map(\.threshold) == [0.1, 0.2, 0.3])

    try folder.write("0.1\n0.2\n", to: "thresholds.txt")
    #expect(throws: RAMKitError.self) {
      try LabelSet(namesFile: names, thresholdsFile: thresholds)
    }
  }
}
