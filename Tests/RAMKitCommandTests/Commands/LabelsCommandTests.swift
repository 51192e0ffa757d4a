import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct LabelsCommandTests {
  @Test func listsTheOfficialLabels() async throws {
    let text = try await Command.run("labels", "list")
    #expect(text.status == 0)
    #expect(text.errors.isEmpty)
    #expect(text.lines.count == 4_585)
    #expect(text.lines.first == "   0  0.65   3D CG rendering              三维CG渲染")

    let json = try await Command.run("labels", "list", "--json")
    #expect(json.status == 0)
    let labels = try json.json(as: [[String: Any]].self)
    try #require(labels.count == 4_585)
    #expect(labels.enumerated().allSatisfy { $1["index"] as? Int == $0 })
    let dog = labels[1_363]
    #expect(dog["name"] as? String == "dog")
    #expect(dog["localizedNames"] as? [String: String] == ["zh": "狗"])
    #expect(dog["threshold"] as? Double == 0.9)
    #expect(dog["kind"] is NSNull)
    #expect(dog["parents"] as? [String] == [])
    #expect(dog["aliases"] as? [String] == [])
    #expect(dog["omitted"] as? Bool == false)
  }

  @Test func listsTheLabelsOfTheBuiltInModel() async throws {
    let nano = try await Command.run(
      "labels", "show", "golden retriever", "--set", "nano", "--json")
    #expect(nano.status == 0)
    let label = try #require(nano.json(as: [[String: Any]].self).first)
    #expect(label["name"] as? String == "golden retriever")
    #expect(try #require(label["parents"] as? [String]).isEmpty == false)
  }

  @Test func showsAllThatShareAName() async throws {
    let light = try await Command.run(
      "labels", "show", "light", "--set", "tag2text", "--json")
    #expect(try light.json(as: [[String: Any]].self).count == 3)
    let quarter = try await Command.run("labels", "show", "quarter", "--set", "tag2text")
    #expect(quarter.lines.contains { $0.hasPrefix("omitted") })
    #expect(try await Command.run("labels", "list", "--set", "tag2text").lines.count == 3_429)
  }

  @Test func searchesNamesInAnyLanguage() async throws {
    let english = try await Command.run("labels", "search", "BEAR")
    #expect(english.lines.contains { $0.hasSuffix("熊") && $0.contains("  bear ") })
    #expect(english.lines.contains { $0.contains("polar bear") })
    let chinese = try await Command.run("labels", "search", "狗", "--json")
    let names = try chinese.json(as: [[String: Any]].self).map { $0["name"] as? String }
    #expect(names.contains("dog"))

    let nothing = try await Command.run("labels", "search", "xyzzy", "--json")
    #expect(nothing.status == 0)
    #expect(try nothing.json(as: [Any].self).isEmpty)
    #expect(nothing.errors.contains("xyzzy"))
    let quiet = try await Command.run("labels", "search", "xyzzy", "--quiet")
    #expect(quiet.errors.isEmpty)
  }

  @Test func showsAllThatIsKnown() async throws {
    let folder = try TemporaryFolder()
    let set = try LabelSet(
      name: "pets",
      labels: [
        Label("animal"),
        Label(
          "dog", threshold: 0.5, localizedNames: ["zh": "狗", "de": "Hund"], kind: .object,
          parents: ["animal"], aliases: ["puppy", "hound"]),
      ])
    let file = try folder.write(set.jsonData(), to: "pets.json").path
    for wanted in ["dog", "puppy", "1", "DOG"] {
      let shown = try await Command.run("labels", "show", wanted, "--set", file)
      #expect(shown.status == 0)
      #expect(
        shown.lines == [
          "index      1", "name       dog", "name (de)  Hund", "name (zh)  狗", "threshold  0.5",
          "kind       object", "parents    animal", "aliases    puppy, hound",
        ])
    }
    let json = try await Command.run("labels", "show", "dog", "--set", file, "--json")
    let label = try #require(json.json(as: [[String: Any]].self).first)
    #expect(label["kind"] as? String == "object")
    #expect(label["parents"] as? [String] == ["animal"])
    #expect(label["aliases"] as? [String] == ["puppy", "hound"])
  }

  @Test func refusesWhatIsNotThere() async throws {
    let unknown = try await Command.run("labels", "show", "xyzzy")
    #expect(unknown.status == 64)
    #expect(unknown.output.isEmpty)
    #expect(unknown.errors.contains("xyzzy"))
    #expect(try await Command.run("labels", "show").status == 64)
    #expect(try await Command.run("labels", "search", "").status == 64)
    #expect(try await Command.run("labels", "list", "--set", "/nothing/there").status == 66)
    let folder = try TemporaryFolder()
    let file = try folder.write("{]", to: "broken.json").path
    let broken = try await Command.run("labels", "list", "--set", file)
    #expect(broken.status == 65)
    #expect(broken.errors.contains("broken.json"))
  }
}
