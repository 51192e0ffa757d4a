import RAMKit
import RAMKitNano
import Testing

@Suite struct NanoLabelsTests {
  @Test func classesComeFirstAndEveryParentIsALabel() throws {
    let labels = try LabelSet.nano().labels
    #expect(labels.count > 1500)
    #expect(labels[0].name == "tench")
    #expect(labels[207].name == "golden retriever")
    let names = Set(labels.map(\.name))
    #expect(names.count == labels.count)
    for label in labels {
      #expect(names.isSuperset(of: label.parents), "\(label.name)")
      #expect(label.kind != nil, "\(label.name)")
    }
    #expect(Set(labels.compactMap(\.kind)) == Set(Label.Kind.allCases))
  }

  @Test func theHierarchyIsWhatPeopleSay() throws {
    let labels = try LabelSet.nano()
    #expect(Self.above("golden retriever", in: labels) == ["retriever", "dog", "mammal", "animal"])
    #expect(Self.above("espresso", in: labels) == ["coffee", "beverage"])
    #expect(Self.above("Siberian husky", in: labels).isSuperset(of: ["husky", "dog"]))
    #expect(Self.above("sports car", in: labels) == ["car", "vehicle"])
    #expect(Self.above("woman", in: labels) == ["person"])
    // A class whose WordNet synset means something else than its photos show.
    #expect(Self.above("cup", in: labels).isEmpty)
    #expect(Self.above("mushroom", in: labels) == ["fungus"])
  }

  @Test func wordsThatHelpNobodyAreOmitted() throws {
    let omitted = try LabelSet.nano().labels.filter(\.isOmitted).map(\.name)
    #expect(Set(omitted).isSuperset(of: ["photo", "image", "stand"]))
    #expect(omitted.count < 20)
  }

  @Test func namesThatAreOfficialOnesAreSpeltLikeThem() throws {
    let official = try LabelSet.ram().labels.map(\.name)
    let spelling = Dictionary(
      official.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    for label in try LabelSet.nano().labels {
      guard let other = spelling[label.name.lowercased()] else { continue }
      #expect(other == label.name)
    }
  }

  @Test func thresholdsAreBetweenChanceAndCertainty() throws {
    for label in try LabelSet.nano().labels {
      #expect((0.05..<1).contains(label.threshold), "\(label.name)")
      #expect(label.evidence != nil, "\(label.name)")
    }
  }

  private static func above(_ name: String, in labels: LabelSet) -> Set<String> {
    var above: Set<String> = []
    var next = [name]
    while let name = next.popLast() {
      guard let index = labels.index(of: name) else { continue }
      next += labels.labels[index].parents.filter { above.insert($0).inserted }
    }
    return above
  }
}
