import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct InfoCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func describesACheckpoint() async throws {
    let file = folder.file("tiny ü.safetensors")
    try TinyCheckpoint.ram(labels: 7).write(to: file, metadata: ["made by": "a test"])
    let outcome = try await Command.run("info", file.path, "--json")
    #expect(outcome.status == 0)
    let model = try outcome.json(as: [String: Any].self)
    #expect(
      Set(model.keys) == [
        "path", "format", "family", "imageSize", "labelCount", "labels", "descriptionCount",
        "precision", "preparation", "parameterCount", "weights", "roundings", "conversions",
        "mixedPrecision",
        "imageEncoder", "decoder", "metadata", "missingTensors", "unreadableTensors",
        "wrongShapes", "unknownTensors",
      ])
    #expect(model["path"] as? String == file.path)
    #expect(model["format"] as? String == "safetensors")
    #expect(model["family"] as? String == "ram")
    #expect(model["labelCount"] as? Int == 7)
    #expect(model["labels"] is NSNull)
    #expect(model["descriptionCount"] is NSNull)
    #expect(model["precision"] as? String == "float32")
    #expect(model["metadata"] as? [String: String] == ["made by": "a test"])
    #expect(model["missingTensors"] as? [String] == [])
    #expect(model["unknownTensors"] as? [String] == [])
    let encoder = try #require(model["imageEncoder"] as? [String: Any])
    #expect(encoder["kind"] as? String == "swin")
    #expect(encoder["depths"] as? [Int] == [1, 2])
    #expect(encoder["heads"] as? [Int] == [1, 2])
    let decoder = try #require(model["decoder"] as? [String: Any])
    #expect(decoder["layers"] as? Int == 2)

    let text = try await Command.run("info", file.path)
    #expect(text.status == 0)
    #expect(text.lines.contains { $0.hasPrefix("family") && $0.hasSuffix("ram") })
    #expect(text.lines.contains { $0.hasPrefix("labels") && $0.hasSuffix("7, without names") })
  }

  @Test func tellsDescriptionsFromLabels() async throws {
    let file = folder.file("plus.safetensors")
    for (rows, labels, text) in [
      (12, 0, "12 descriptions, without names"),
      (4585 * 2, 4585, "4585 of 2 descriptions, the official ones: 'ram', en, zh"),
    ] {
      try TinyCheckpoint.ramPlus(labels: rows, descriptions: 1).write(to: file)
      let outcome = try await Command.run("info", file.path, "--json")
      #expect(outcome.status == 0)
      let model = try outcome.json(as: [String: Any].self)
      #expect(model["family"] as? String == "ram_plus")
      #expect(model["labelCount"] as? Int == labels)
      #expect(model["descriptionCount"] as? Int == rows)
      let lines = try await Command.run("info", file.path).lines
      #expect(lines.contains { $0.hasPrefix("labels") && $0.hasSuffix(text) })
    }
  }

  @Test func namesMissingAndUnknownTensors() async throws {
    var tiny = TinyCheckpoint.ram()
    tiny.tensors["fc.bias"] = nil
    tiny.tensors["surplus"] = .init(shape: [1], values: [0])
    let file = folder.file("lame.safetensors")
    try tiny.write(to: file)
    let outcome = try await Command.run("info", file.path, "--json")
    #expect(outcome.status == 65)
    let model = try outcome.json(as: [String: Any].self)
    #expect(model["missingTensors"] as? [String] == ["fc.bias"])
    #expect(model["unknownTensors"] as? [String] == ["surplus"])
    let text = try await Command.run("info", file.path)
    #expect(text.lines.contains { $0.hasPrefix("missing") && $0.hasSuffix("fc.bias") })
    #expect(text.lines.contains { $0.hasPrefix("unknown") && $0.hasSuffix("surplus") })
  }

  @Test func refusesWhatIsNoModel() async throws {
    #expect(try await Command.run("info").status == 64)
    #expect(try await Command.run("info", "/nothing/there").status == 66)
    let file = try folder.write("no model", to: "text.pth")
    let outcome = try await Command.run("info", file.path, "--json")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("text.pth"))
  }
}
