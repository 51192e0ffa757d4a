import RAMKit
import Testing
import _RAMKitTestSupport

/// Counts and samples taken from the official files by other means than the script that wrote ours.
@Suite struct OfficialLabelsTests {
  let set: LabelSet

  init() throws { set = try LabelSet.ram() }

  @Test func holdsTheOfficialNamesInOrder() {
    #expect(set.count == 4_585)
    #expect(set.labels.first?.name == "3D CG rendering")
    #expect(set.index(of: "dog") == 1_363)
    #expect(set.index(of: "rubik's cube") != nil)
    #expect(set.labels.last?.name == "zoo")
    #expect(set.labels.count { $0.name.contains(" ") } == 1_413)
    #expect(set.labels.count { $0.name != $0.name.lowercased() } == 18)
  }

  @Test func holdsTheOfficialThresholds() {
    let thresholds = set.labels.map(\.threshold)
    #expect(thresholds.min() == 0.45)
    #expect(thresholds.count { $0 == 0.65 } == 3_414)
    #expect(thresholds.count { $0 == 0.8 } == 735)
    let never = set.labels.filter { $0.threshold == 1 }.map(\.name)
    #expect(
      never.sorted() == [
        "French", "body", "cocktail table", "group", "lie", "see", "set", "show", "stop", "use",
      ])
  }

  @Test func holdsTheChineseNamesTrimmed() {
    let names = set.labels.compactMap { $0.localizedName("zh-Hans") }
    #expect(names.count == 4_585)
    #expect(Set(names).count == 4_379)
    #expect(names.first == "三维CG渲染")
    #expect(names.allSatisfy { $0.first?.isWhitespace == false && $0.last?.isWhitespace == false })
  }

  @Test func saysWhereItComesFrom() {
    #expect(set.name == "ram")
    #expect(set.source.contains("recognize-anything"))
    #expect(set.source.contains("7cb804a8609e9f4b1a50b7f31436d2df40bb9481"))
    #expect(set.source.contains("Apache-2.0"))
  }

  @Test func holdsTag2TextsNamesByIndex() throws {
    let set = try LabelSet.tag2Text()
    #expect(set.count == 3_429)
    #expect(set.identity == .index)
    #expect(set.name == "tag2text")
    #expect(set.source == self.set.source)
    let names = set.labels.map(\.name)
    #expect(names.first == "tennis")
    #expect(Set(names).count == 3_313)
    #expect(set.indices(of: "float").count == 3)
    #expect(set.indices(of: "light").count == 3)
    #expect(set.indices(of: "person") == [2_701])
    let ramNames = Set(self.set.labels.map(\.name))
    #expect(Set(names).count { ramNames.contains($0) } == 2_606)
  }

  @Test func holdsTag2TextsThresholdsAndOmissions() throws {
    let labels = try LabelSet.tag2Text().labels
    let strict = labels.indices.filter { labels[$0].threshold == 0.7 }
    #expect(strict.map { labels[$0].name } == ["woman", "person", "man"])
    #expect(labels.count { $0.threshold == 0.68 } == 3_426)
    let omitted = labels.indices.filter { labels[$0].isOmitted }
    #expect(omitted == [127, 2_961, 3_265, 3_338, 3_351, 3_355, 3_359])
    #expect(
      omitted.map { labels[$0].name } == [
        "quarter", "back", "three", "four", "two", "five", "one",
      ])
    #expect(set.labels.allSatisfy { !$0.isOmitted })
  }

  /// A list of names in a text file can't say what is omitted; the official one is known by them.
  @Test func tag2TextsNamesInATextFileBringItsOmissions() throws {
    let folder = try TemporaryFolder()
    let official = try LabelSet.tag2Text()
    var names = official.labels.map(\.name)
    let file = try folder.write(names.joined(separator: "\n"), to: "names.txt")
    let read = try LabelSet(namesFile: file)
    #expect(read.labels.map(\.isOmitted) == official.labels.map(\.isOmitted))
    #expect(try read.omitting([]).labels.allSatisfy { !$0.isOmitted })
    names[5] += "!"
    let others = try folder.write(names.joined(separator: "\n"), to: "others.txt")
    #expect(try LabelSet(namesFile: others).labels.allSatisfy { !$0.isOmitted })
  }
}
