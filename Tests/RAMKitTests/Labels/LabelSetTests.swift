import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct LabelSetTests {
  static let pets = [
    Label(
      "dog", threshold: 0.68, localizedNames: ["zh": "狗", "de": "Hund"], kind: .object,
      parents: ["animal"], aliases: ["puppy", "Hound"]),
    Label("Wii", threshold: 1, evidence: .init(positives: 7, negatives: 0, isPooled: true)),
    Label("cat", threshold: 0, aliases: ["dog"], isOmitted: true),
  ]

  // MARK: - Look-up

  @Test func looksUpByNameThenAliasThenCase() throws {
    let set = try LabelSet(name: "pets", labels: Self.pets)
    #expect(set.count == 3)
    #expect(set.index(of: "dog") == 0, "a name goes before another label's alias")
    #expect(set.index(of: "puppy") == 0)
    #expect(set.index(of: "Wii") == 1)
    #expect(set.index(of: "wii") == 1)
    #expect(set.index(of: "hound") == 0)
    #expect(set.index(of: "DOG") == 0)
    #expect(set.indices(of: "fish").isEmpty)
    #expect(set.index(of: "") == nil)
  }

  @Test func aRepeatedNameNeedsThePositionAsIdentity() throws {
    let labels = [Label("light"), Label("float"), Label("light")]
    #expect {
      try LabelSet(name: "readings", labels: labels)
    } throws: { error in
      guard case .malformedLabels("readings", nil, let reason)? = error as? RAMKitError else {
        return false
      }
      return reason.contains("label 2") && reason.contains("'light'") && reason.contains("label 0")
    }
    let set = try LabelSet(name: "readings", identity: .index, labels: labels)
    #expect(set.indices(of: "light") == [0, 2])
    #expect(set.indices(of: "LIGHT") == [0, 2])
  }

  @Test(arguments: [
    Label(""), Label("  "), Label("a", threshold: .nan), Label("a", threshold: 1.001),
    Label("a", threshold: -0.1), Label("a", threshold: .infinity), Label("a", aliases: [""]),
    Label("a", parents: ["a"]), Label("a", parents: [" "]), Label("a", localizedNames: ["": "b"]),
    Label("a", localizedNames: ["zh": ""]),
    Label("a", evidence: .init(positives: -1, negatives: 0)),
  ])
  func refusesALabelThatMakesNoSense(_ label: Label) {
    #expect(throws: RAMKitError.self) { try LabelSet(name: "x", labels: [Label("ok"), label]) }
  }

  @Test func omitsOtherLabels() throws {
    let set = try LabelSet(name: "pets", labels: Self.pets)
    let other = try set.omitting([0, 1, 0])
    #expect(other.labels.map(\.isOmitted) == [true, true, false])
    #expect(other.labels[0].aliases == set.labels[0].aliases)
    #expect(other.labels[0].threshold == set.labels[0].threshold)
    #expect(throws: RAMKitError.self) { try set.omitting([3]) }
    #expect(throws: RAMKitError.self) { try set.omitting([-1]) }
  }

  @Test func takesOtherThresholds() throws {
    let set = try LabelSet(name: "pets", labels: Self.pets)
    let other = try set.withThresholds([0.1, 0.2, 0.3])
    #expect(other.labels.map(\.threshold) == [0.1, 0.2, 0.3])
    #expect(other.labels.map(\.name) == set.labels.map(\.name))
    #expect(other.labels[0].aliases == set.labels[0].aliases)
    #expect(other.labels.map(\.isOmitted) == [false, false, true])
    #expect(throws: RAMKitError.self) { try set.withThresholds([0.1]) }
    #expect(throws: RAMKitError.self) { try set.withThresholds([0.1, .nan, 0.3]) }
  }

  @Test func evidenceStaysWithItsThreshold() throws {
    let set = try LabelSet(name: "pets", labels: Self.pets)
    let same = try set.withThresholds(set.labels.map(\.threshold))
    #expect(same == set && same.labels[1].evidence?.positives == 7)
    #expect(try set.withThresholds([0.5, 0.5, 0.5]).labels.allSatisfy { $0.evidence == nil })
    #expect(try set.omitting([1]).labels[1].evidence == set.labels[1].evidence)
  }

  @Test func selectsSome() throws {
    let set = try LabelSet(name: "pets", labels: Self.pets)
    #expect(try set.selecting([2, 0]).labels == [set.labels[2], set.labels[0]])
    #expect(throws: RAMKitError.self) { try set.selecting([3]) }
    #expect(throws: RAMKitError.self) { try set.selecting([0, 0]) }
  }

  // MARK: - Files

  @Test func comesBackFromItsFile() throws {
    let folder = try TemporaryFolder()
    for identity in LabelSet.Identity.allCases {
      let set = try LabelSet(
        name: "pets", source: "us, CC0", identity: identity, labels: Self.pets)
      let data = try set.jsonData()
      #expect(try LabelSet(json: data) == set)
      #expect(try set.jsonData() == data)
      let file = try folder.write(data, to: "pets ü.json")
      #expect(try LabelSet(contentsOf: file) == set)
    }
  }

  @Test func aFileHasALabelALine() throws {
    let set = try LabelSet(name: "pets", labels: Self.pets)
    let lines = String(decoding: try set.jsonData(), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == set.count + 2)
    for (line, label) in zip(lines.dropFirst(), set.labels) {
      #expect(line.contains("\"name\":\"\(label.name)\""))
    }
  }

  @Test func everyThresholdComesBackExactly() throws {
    var random = SeededGenerator(seed: 7)
    let labels = (0..<500).map { Label("\($0)", threshold: abs(random.float())) }
    let set = try LabelSet(name: "thresholds", labels: labels)
    #expect(try LabelSet(json: set.jsonData()).labels.map(\.threshold) == labels.map(\.threshold))
  }

  @Test(arguments: [
    ("", "JSON"),
    ("[]", "the file"),
    (#"{"version": 1, "name": "x", "labels": []}"#, "format"),
    (#"{"format": "other", "version": 1, "name": "x", "labels": []}"#, "'other'"),
    (#"{"format": "ramkit-label-set", "version": 2, "name": "x", "labels": []}"#, "version 2"),
    (#"{"format": "ramkit-label-set", "version": 1, "labels": []}"#, "name"),
    (#"{"format": "ramkit-label-set", "version": 1, "name": "x"}"#, "labels"),
    (
      #"{"format": "ramkit-label-set", "version": 1, "name": "x", "labels": [{"name": "a"}]}"#,
      "threshold"
    ),
    (
      """
      {"format": "ramkit-label-set", "version": 1, "name": "x", "labels": [
        {"name": "a", "threshold": 0.5}, {"name": "b", "threshold": "high"}]}
      """, "labels[1].threshold"
    ),
    (
      """
      {"format": "ramkit-label-set", "version": 1, "name": "x", "labels": [
        {"name": "a", "threshold": 0.5}, {"name": "b", "threshold": 2}]}
      """, "label 1"
    ),
    (
      """
      {"format": "ramkit-label-set", "version": 1, "name": "x", "labels": [
        {"name": "a", "threshold": 0.5, "kind": "smell"}]}
      """, "labels[0].kind"
    ),
    (#"{"format": "ramkit-label-set", "version": 1, "name": "x", "labels": [{"na"#, "JSON"),
  ])
  func namesWhatIsWrongWithAFile(_ text: String, _ hint: String) throws {
    let file = try TemporaryFolder()
    let url = try file.write(text, to: "labels.json")
    #expect {
      try LabelSet(contentsOf: url)
    } throws: { error in
      guard case .malformedLabels(let path, _, let reason)? = error as? RAMKitError else {
        return false
      }
      return path == url.path && reason.contains(hint)
    }
  }

  @Test func saysWhichFileIsNotThere() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("none.json")
    #expect(throws: RAMKitError.fileNotFound(path: missing.path)) {
      try LabelSet(contentsOf: missing)
    }
    #expect(throws: RAMKitError.self) { try LabelSet(contentsOf: folder.url) }
  }
}
