import RAMKit
import Testing

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
}
