import RAMKit
import Testing

@Suite struct GroundTruthTests {
  /// 0 animal, 1 dog, 2 poodle, 3 cat, 4 vehicle, 5 taxi (below vehicle and car, which is no label)
  static let labels = [
    Label("animal"), Label("dog", parents: ["animal"], aliases: ["hound", "pet"]),
    Label("poodle", parents: ["dog"]), Label("cat", parents: ["animal"], aliases: ["pet"]),
    Label("vehicle"), Label("taxi", parents: ["car", "vehicle"]),
  ]

  static func truth(
    _ text: String, closesUpward: Bool = true, choices: [Annotations.Vocabulary] = []
  ) throws -> GroundTruth {
    try GroundTruth(
      Annotations(bytes: Array(text.utf8)), labels: LabelSet(name: "pets", labels: labels),
      choices: choices, closesUpward: closesUpward)
  }

  /// + present, - absent, ? unknown; label by label.
  static func row(_ truth: GroundTruth, _ photo: Int = 0) -> String {
    truth.knowledge(ofPhoto: photo).map { $0.map { $0 ? "+" : "-" } ?? "?" }.joined()
  }

  @Test(arguments: [
    ("a,dog", "++----", "-+----"),
    ("a,POODLE", "+++---", "--+---"),
    ("a", "------", "------"),
    (#"{"path": "a", "tags": ["hound"], "complete": false}"#, "++????", "?+????"),
    (#"{"path": "a", "tags": ["dog"], "absent": ["vehicle"]}"#, "++??--", "?+??-?"),
    (#"{"path": "a", "tags": ["dog"], "complete": ["dog", "cat"]}"#, "++?-??", "?+?-??"),
    (#"{"path": "a", "tags": [], "complete": ["dog"]}"#, "?--???", "?-????"),
    // A breed that is there makes its kind present, whatever a closed list leaves out.
    (#"{"path": "a", "tags": ["poodle"], "complete": ["dog", "cat"]}"#, "+++-??", "?-+-??"),
    (#"{"path": "a", "tags": ["poodle"], "absent": ["animal"]}"#, "+++???", "-?+???"),
  ])
  func knowsWhatIsSaidAndWhatFollows(_ line: String, _ closed: String, _ literal: String) throws {
    #expect(Self.row(try Self.truth(line)) == closed)
    #expect(Self.row(try Self.truth(line, closesUpward: false)) == literal)
  }

  @Test func aVocabularyIsCompleteOnlyWhereAPhotoSaysSo() throws {
    let truth = try Self.truth(
      #"""
      {"vocabulary": "things", "labels": ["dog", "cat", "taxi", "zebra"]}
      {"path": "a", "tags": ["cat"], "vocabularies": ["things"]}
      {"path": "b", "answers": {"things": "cat"}}
      """#)
    #expect(Self.row(truth, 0) == "+--+?-")
    #expect(Self.row(truth, 1) == "+??+??")
    #expect(truth.vocabularies.map(\.name) == ["things"])
    #expect(truth.vocabularies.map(\.labels) == [[1, 3, 5]])
    #expect(truth.unknownNames.map(\.name) == ["zebra"])
  }

  @Test func listsNamesThatNobodyKnows() throws {
    let truth = try Self.truth("a,dog,unicorn\nb,unicorn\nc,pet")
    // Both a dog and a cat go by "pet".
    #expect(truth.unknownNames.map(\.name) == ["unicorn", "pet"])
    #expect(truth.unknownNames.map(\.lines) == [2, 1])
    #expect(truth.unknownNames.map(\.firstLine) == [1, 3])
    #expect(Self.row(truth, 1) == "------")
  }

  @Test func refusesAnnotationsOfAnotherWorld() {
    #expect {
      try Self.truth(#"{"path": "a", "tags": ["unicorn"], "complete": false}"#)
    } throws: {
      guard case .malformedAnnotations(_, 1, let reason)? = $0 as? RAMKitError else { return false }
      return reason.contains("'unicorn'")
    }
  }

  @Test func aNameThatLabelsShareMeansAll() throws {
    let set = try LabelSet(
      name: "readings", identity: .index, labels: [Label("light"), Label("dog"), Label("light")])
    let truth = try GroundTruth(Annotations(bytes: Array("a,light".utf8)), labels: set)
    #expect(Self.row(truth) == "+-+")
  }

  @Test func parentsInACircleEnd() throws {
    let set = try LabelSet(
      name: "circle", labels: [Label("a", parents: ["b"]), Label("b", parents: ["a"]), Label("c")])
    let truth = try GroundTruth(Annotations(bytes: Array("x,a".utf8)), labels: set)
    #expect(Self.row(truth) == "++-")
  }
}
