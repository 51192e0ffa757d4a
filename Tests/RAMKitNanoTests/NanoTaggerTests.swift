import RAMKit
import RAMKitNano
import Testing

@Suite struct NanoTaggerTests {
  @Test func realPhotosGetTheRightTags() async throws {
    let tagger = try await Tagger.nano()
    let expected = [
      "camera": ["tripod"], "chelsea": ["cat", "animal"], "coffee": ["espresso", "coffee"],
      "dogs": ["dog", "animal"], "mountain-path": ["alp", "mountain"], "stream": ["valley"],
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
    let selection = try tagger.labels.selecting([dog, cat])
    let tagging = try await tagger.tags(in: .file(GoldenNano.photo("dogs")), labels: selection)
    #expect(tagging.tags.map(\.index) == [0])
  }

  @Test func labelsThatNeedATextEncoderAreRefused() async throws {
    let tagger = try await Tagger.nano()
    let set = try LabelSet(name: "mine", labels: [Label("espresso machine")])
    let labels = try LabelQuerySet(set, embeddings: [1, 2, 3], width: 3)
    await #expect(throws: RAMKitError.self) {
      _ = try await tagger.tags(in: .file(GoldenNano.photo("coffee")), labels: labels)
    }
  }

  @Test func itDescribesItself() async throws {
    let model = try await Tagger.nano().model
    #expect(model.imageSize == 260)
    #expect(model.isComplete && model.unknownTensors.isEmpty)
    #expect(model.metadata["license"] == "Apache-2.0")
    #expect((6_000_000...6_200_000).contains(model.parameterCount))
    #expect(model.imageEncoder?.widths == [16, 24, 48, 88, 120, 208, 352])
    #expect(model.imageEncoder?.depths == [1, 3, 3, 4, 4, 5, 1])
  }
}
