import RAMKit
import RAMKitNano
import Testing

@Suite struct NanoTaggerTests {
  @Test func realPhotosGetTheRightTags() async throws {
    let tagger = try await Tagger.nano()
    let expected = [
      "chelsea": ["cat", "animal"], "coffee": ["espresso", "coffee", "cup"],
      "dandelions": ["plant", "flower"], "dogs": ["dog", "animal"],
      "mountain-path": ["mountain", "plant"],
      "stream": ["forest", "tree"],
    ]
    for (photo, names) in expected {
      let tagging = try await tagger.tags(in: .file(GoldenNano.photo(photo)))
      let found = tagging.tags.map(\.label.name)
      #expect(Set(found).isSuperset(of: names), "\(photo): \(found)")
      #expect(found.count <= 12, "\(photo): \(found)")
    }
  }

  @Test func scoresAreTheSigmoidsOfLogits() async throws {
    let tagger = try await Tagger.nano()
    let tagging = try await tagger.tags(
      in: .file(GoldenNano.photo("chelsea")), options: TaggingOptions(keepsLogits: true))
    let logits = try #require(tagging.logits)
    #expect(logits.count == tagger.labels.labels.count)
    #expect(logits.allSatisfy { $0.isFinite })
    for tag in tagging.tags {
      #expect(tag.logit == logits[tag.index])
      #expect(tag.score > tag.threshold)
    }
  }

  @Test func someOfItsLabelsCanBeAskedForAlone() async throws {
    let tagger = try await Tagger.nano()
    let labels = tagger.labels.labels
    let dog = try #require(labels.firstIndex { $0.name == "dog" })
    let cat = try #require(labels.firstIndex { $0.name == "cat" })
    let selection = try tagger.labels.selecting([cat, dog])
    let tagging = try await tagger.tags(in: .file(GoldenNano.photo("chelsea")), labels: selection)
    #expect(tagging.tags.map(\.index) == [0])
  }

  /// Labels that it was never trained on are told apart by their text alone.
  @Test func otherLabelsCanBeAskedForByTheirText() async throws {
    let tagger = try await Tagger.nano()
    let labels = try await LabelQuerySet(
      ["alpine summit", "tabby kitten", "cappuccino"], encodedBy: SentenceEncoder.nano(), cache: nil
    )
    var best: [String] = []
    for photo in ["mountain-path", "chelsea", "coffee"] {
      let tagging = try await tagger.tags(
        in: .file(GoldenNano.photo(photo)), labels: labels,
        options: TaggingOptions(keepsLogits: true))
      let logits = try #require(tagging.logits)
      best.append(labels.labels[try #require(logits.indices.max { logits[$0] < logits[$1] })].name)
    }
    #expect(best == ["alpine summit", "tabby kitten", "cappuccino"])
  }

  @Test func embeddingsOfAnotherWidthAreRefused() async throws {
    let tagger = try await Tagger.nano()
    let set = try LabelSet(name: "mine", labels: [Label("espresso machine")])
    let labels = try LabelQuerySet(set, embeddings: [1, 2, 3], width: 3)
    await #expect(throws: RAMKitError.self) {
      _ = try await tagger.tags(in: .file(GoldenNano.photo("coffee")), labels: labels)
    }
  }

  @Test func itDescribesItself() async throws {
    let model = try await Tagger.nano().model
    #expect(model.family == .ramNano)
    #expect(model.imageSize == 352)
    #expect(model.isComplete && model.unknownTensors.isEmpty)
    #expect(model.metadata["license"] == "Apache-2.0")
    #expect(model.labelCount == (try LabelSet.nano().count))
    #expect((7_000_000...7_500_000).contains(model.parameterCount))
    #expect(model.decoder?.layers == 2 && model.decoder?.width == 256)
    #expect(model.imageEncoder?.widths == [16, 24, 48, 88, 120, 208, 352])
    #expect(model.imageEncoder?.depths == [1, 3, 3, 4, 4, 5, 1])
  }
}
