import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Sizes read off tensors, and checkpoints that don't add up.
@Suite struct RAMConfigurationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ tiny: TinyCheckpoint) throws -> URL {
    let url = folder.url.appendingPathComponent("model.safetensors")
    try tiny.write(to: url)
    return url
  }

  private func load(_ tiny: TinyCheckpoint, imageSize: Int? = nil) async throws -> Tagger {
    let labels = tiny.tensors["label_embed"]?.shape[0] ?? 0
    let set = try LabelSet(name: "tiny", labels: (0..<labels).map { Label("label \($0)") })
    return try await Tagger(
      contentsOf: try write(tiny), options: ModelOptions(labels: set, imageSize: imageSize))
  }

  @Test func anotherWindowAndResolutionGiveTheReferencesLogits() async throws {
    let golden = GoldenModel.window7
    let tagger = try await golden.tagger(try golden.options(labels: 37))
    #expect(tagger.model.imageSize == 224)
    #expect(tagger.model.imageEncoder?.windows == [7, 7, 7, 7])
    #expect(tagger.model.imageEncoder?.depths == [1, 2, 3, 2])
    #expect(tagger.model.imageEncoder?.heads == [1, 2, 5, 4])
    #expect(tagger.model.unknownTensors.isEmpty)
    try await golden.expectReferenceLogits(of: tagger)
  }

  @Test func theImageSizeFollowsTheOptionOrTheMaskOrTheWindow() async throws {
    var tiny = TinyCheckpoint.ram()
    #expect(try await load(tiny).model.imageSize == 32)
    #expect(try await load(tiny, imageSize: 64).model.imageSize == 64)
    tiny.tensors["visual_encoder.layers.0.blocks.1.attn_mask"] = .init(
      shape: [16, 16, 16], values: Array(repeating: 0, count: 4096))
    #expect(try await load(tiny).model.imageSize == 64)
    for size in [0, -4, 33, 48, 1 << 40] {
      await #expect(throws: RAMKitError.self) { try await load(tiny, imageSize: size) }
    }
  }

  @Test func missingTensorsAreAllNamed() async throws {
    var tiny = TinyCheckpoint.ram()
    tiny.tensors["fc.bias"] = nil
    tiny.tensors["visual_encoder.layers.1.blocks.1.mlp.fc2.weight"] = nil
    let url = try write(tiny)
    let description = try ModelDescription(contentsOf: url)
    let names = ["visual_encoder.layers.1.blocks.1.mlp.fc2.weight", "fc.bias"]
    #expect(description.missingTensors == names)
    #expect(!description.isComplete)
    await #expect(throws: RAMKitError.missingTensors(path: url.path, names: names)) {
      try await load(tiny)
    }
  }

  @Test func aWrongShapeIsNamedWithBothShapes() async throws {
    var tiny = TinyCheckpoint.ram()
    tiny.tensors["image_proj.bias"] = .init(shape: [7], values: Array(repeating: 0, count: 7))
    let url = try write(tiny)
    let error = RAMKitError.wrongTensorShape(
      path: url.path, name: "image_proj.bias", found: [7], expected: [6])
    await #expect(throws: error) { try await load(tiny) }
    let wrong = try ModelDescription(contentsOf: url).wrongShapes
    #expect(wrong.map(\.name) == ["image_proj.bias"])
    #expect(wrong.map(\.found) == [[7]])
    #expect(wrong.map(\.expected) == [[6]])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNotFiniteAreRefused(value: Float) async throws {
    for name in ["image_proj.weight", "fc.bias", "label_embed"] {
      var tiny = TinyCheckpoint.ram()
      tiny.tensors[name]?.values[0] = value
      let url = try write(tiny)
      await #expect(throws: RAMKitError.nonFiniteTensor(path: url.path, name: name, element: 0)) {
        try await load(tiny)
      }
    }
  }

  @Test func unknownTensorsAreListedAndBuffersAreNot() throws {
    var tiny = TinyCheckpoint.ram()
    let one = TinyCheckpoint.Tensor(shape: [1], values: [0])
    tiny.tensors["surprise"] = one
    tiny.tensors["visual_encoder.layers.0.blocks.0.attn.relative_position_index"] = one
    tiny.tensors["text_decoder.bert.embeddings.position_ids"] = one
    let description = try ModelDescription(contentsOf: try write(tiny))
    #expect(description.unknownTensors == ["surprise"])
    #expect(description.isComplete)
    #expect(description.labelCount == 5)
    #expect(description.decoder?.heads == 4)
  }

  @Test func namesOfTiedTensorsServeForEachOther() async throws {
    let photo = Photo.pixels(try Image(width: 1, height: 1, rgb: [200, 30, 90]))
    let options = TaggingOptions(keepsLogits: true)
    let tiny = TinyCheckpoint.ram()
    let expected = try await load(tiny).tags(in: photo, options: options).logits
    for stem in ["tag_encoder", "vision_multi"] {
      var renamed = tiny
      for (name, tensor) in tiny.tensors where name.hasPrefix("tagging_head.") {
        renamed.tensors[name] = nil
        renamed.tensors[stem + name.dropFirst("tagging_head".count)] = tensor
      }
      #expect(try await load(renamed).tags(in: photo, options: options).logits == expected)
    }
  }

  /// Of two tied names, a file may have kept now one and now the other.
  @Test func eitherNameOfATiedTensorWillDo() async throws {
    let photo = Photo.pixels(try Image(width: 1, height: 1, rgb: [200, 30, 90]))
    let options = TaggingOptions(keepsLogits: true)
    let tiny = TinyCheckpoint.ram()
    let expected = try await load(tiny).tags(in: photo, options: options).logits
    var mixed = tiny
    let tied = tiny.tensors.filter { $0.key.hasPrefix("tagging_head.") }.sorted { $0.key < $1.key }
    for (index, (name, tensor)) in tied.enumerated() where index % 2 == 0 {
      mixed.tensors[name] = nil
      mixed.tensors["tag_encoder" + name.dropFirst("tagging_head".count)] = tensor
    }
    #expect(try await load(mixed).tags(in: photo, options: options).logits == expected)
    // Layers of the text encoder that are its own are no layers of the head.
    for layer in 0..<3 {
      let part = "tag_encoder.encoder.layer.\(layer).crossattention.self.query.weight"
      mixed.tensors[part] =
        tiny.tensors[
          "tagging_head.encoder.layer.\(layer % 2).crossattention.self.query.weight"]
    }
    #expect(try await load(mixed).tags(in: photo, options: options).logits == expected)
    #expect(try await load(mixed).model.decoder?.layers == 2)
  }

  @Test func strangersAreRefused() async throws {
    var stranger = TinyCheckpoint.ram()
    stranger.tensors = ["conv1.weight": .init(shape: [1], values: [0])]
    let url = try write(stranger)
    let error = #expect(throws: RAMKitError.self) { try ModelDescription(contentsOf: url) }
    #expect(error?.code == "unsupportedModel")
  }

  @Test func labelsThatDoNotFitAreRefusedWithBothNumbers() async throws {
    let url = try write(.ram())
    for labels in [nil, try LabelSet(name: "four", labels: (0..<4).map { Label("\($0)") })] {
      let error = await #expect(throws: RAMKitError.self) {
        try await Tagger(contentsOf: url, options: ModelOptions(labels: labels))
      }
      #expect(error?.code == "mismatchedLabels")
      #expect(error?.message.contains("5 queries") == true)
    }
  }
}
