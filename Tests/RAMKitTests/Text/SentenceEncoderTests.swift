import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct SentenceEncoderTests {
  static func encoder(
    _ url: URL = GoldenText.encoder, precision: Precision = .float32,
    forcing implementation: RunnableImplementation
  ) async throws -> SentenceEncoder {
    try await SentenceEncoder(
      contentsOf: url, precision: precision,
      compute: ComputeContext(forcing: implementation.description))
  }

  @Test(arguments: RunnableImplementation.all)
  func embeddingsAreTheOfficialOnes(_ implementation: RunnableImplementation) async throws {
    let encoder = try await Self.encoder(forcing: implementation)
    #expect(encoder.width == 24 && encoder.maximumTokens == 12)
    let texts = try GoldenText.texts()
    let found = try await encoder.embeddings(of: texts)
    #expect(try maximumDistance(found, GoldenText.embeddings("float64")) < 1e-6)
  }

  @Test(arguments: RunnableImplementation.all)
  func bytesAreMultipliedByTheirScales(_ implementation: RunnableImplementation) async throws {
    let encoder = try await Self.encoder(GoldenText.int8Encoder, forcing: implementation)
    let found = try await encoder.embeddings(of: GoldenText.texts())
    #expect(try maximumDistance(found, GoldenText.embeddings("int8")) < 1e-6)
    // They differ, or else nothing was in bytes.
    #expect(try maximumDistance(found, GoldenText.embeddings("float64")) > 1e-4)
  }

  @Test func bfloat16IsNear() async throws {
    let encoder = try await SentenceEncoder(contentsOf: GoldenText.encoder, precision: .bfloat16)
    let found = try await encoder.embeddings(of: GoldenText.texts())
    let distance = try maximumDistance(found, GoldenText.embeddings("float64"))
    #expect(distance > 1e-5 && distance < 0.05, "\(distance)")
  }

  /// Texts beside a text, and their order, change no bit of its embedding.
  @Test func aTextIsEncodedTheSameInAnyCompany() async throws {
    let encoder = try await SentenceEncoder(contentsOf: GoldenText.encoder)
    let texts = try GoldenText.texts()
    let together = try await encoder.embeddings(of: texts + texts.reversed())
    for (index, text) in texts.enumerated() {
      let alone = try await encoder.embeddings(of: [text])
      let mirrored = 2 * texts.count - 1 - index
      #expect(Array(together[index * 24..<(index + 1) * 24]) == alone, "\(text)")
      #expect(Array(together[mirrored * 24..<(mirrored + 1) * 24]) == alone, "\(text)")
    }
    // More than a batch of one length.
    let many = try await encoder.embeddings(of: Array(repeating: "dog", count: 1500))
    let dog = try await encoder.embeddings(of: ["dog"])
    #expect(many == Array(repeating: dog, count: 1500).flatMap { $0 })
    #expect(try await encoder.embeddings(of: []) == [])
  }

  @Test func cancelledTasksEnd() async throws {
    let encoder = try await SentenceEncoder(contentsOf: GoldenText.encoder)
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await encoder.embeddings(of: ["dog"])
    }
    task.cancel()
    await #expect(throws: RAMKitError.cancelled) { try await task.value }
  }

  @Test func whatAnswersDependOnIsInTheIdentity() async throws {
    let folder = try CopiedEncoder()
    let original = try await SentenceEncoder(contentsOf: GoldenText.encoder).identity
    #expect(try await folder.encoder().identity == original)
    #expect(
      try await SentenceEncoder(contentsOf: GoldenText.encoder, precision: .bfloat16).identity
        != original)
    #expect(try await SentenceEncoder(contentsOf: GoldenText.int8Encoder).identity != original)
    try folder.write(#"{"max_seq_length": 8}"#, to: "sentence_bert_config.json")
    #expect(try await folder.encoder().identity != original)
    let other = try CopiedEncoder()
    let vocabulary = try String(contentsOf: GoldenText.url("encoder/vocab.txt"), encoding: .utf8)
    try other.write(vocabulary.replacing("dog\n", with: "hog\n"), to: "vocab.txt")
    #expect(try await other.encoder().identity != original)
  }
}

// MARK: - What is refused

/// A copy of the small encoder's folder, to be spoilt.
struct CopiedEncoder {
  private let folder: TemporaryFolder
  private let root: URL

  init() throws {
    folder = try TemporaryFolder()
    root = folder.file("encoder")
    try FileManager.default.copyItem(at: GoldenText.url("encoder"), to: root)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: root.appendingPathComponent(name))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: root.appendingPathComponent(name))
  }

  func encoder() async throws -> SentenceEncoder {
    try await SentenceEncoder(contentsOf: root.appendingPathComponent("model.safetensors"))
  }

  /// The code of the error that loading ends with.
  func refusal() async -> RAMKitError? {
    do {
      _ = try await encoder()
      return nil
    } catch { return error as? RAMKitError }
  }
}

@Suite struct SentenceEncoderErrorTests {
  @Test func anEncoderNeedsItsNeighbours() async throws {
    for (name, code) in [("vocab.txt", "fileNotFound"), ("config.json", "unsupportedModel")] {
      let copy = try CopiedEncoder()
      try copy.remove(name)
      #expect(await copy.refusal()?.code == code)
    }
  }

  @Test(arguments: [
    ("config.json", #"{"num_attention_heads": 5}"#, "unsupportedModel"),
    ("config.json", #"{"num_attention_heads": 0}"#, "unsupportedModel"),
    ("config.json", #"{"num_attention_heads": 3, "hidden_act": "relu"}"#, "unsupportedModel"),
    ("config.json", #"{"num_attention_heads": 3, "layer_norm_eps": 1e-5}"#, "unsupportedModel"),
    (
      "config.json", #"{"num_attention_heads": 3, "position_embedding_type": "relative_key"}"#,
      "unsupportedModel"
    ),
    ("tokenizer_config.json", #"{"do_lower_case": false}"#, "unsupportedModel"),
    ("vocab.txt", "[CLS]\n[SEP]\n[UNK]\n", "malformedVocabulary"),
    ("vocab.txt", "a\na\n", "malformedVocabulary"),
    ("model.safetensors", "no model", "malformedCheckpoint"),
  ])
  func refusesWhatItCannotRun(_ name: String, _ text: String, _ code: String) async throws {
    let copy = try CopiedEncoder()
    try copy.write(text, to: name)
    #expect(await copy.refusal()?.code == code)
  }

  @Test func refusesAModelThatIsNoTextEncoder() async throws {
    let folder = try TemporaryFolder()
    let url = folder.file("ram.safetensors")
    try TinyCheckpoint.ram().write(to: url)
    await #expect(throws: RAMKitError.self) { try await SentenceEncoder(contentsOf: url) }
  }

  @Test func refusesAThreadCountThatCannotBeMeant() async {
    let error = RAMKitError.invalidOption(name: "threads", reason: "0 is not in 1...1024")
    await #expect(throws: error) {
      try await SentenceEncoder(contentsOf: GoldenText.encoder, threads: 0)
    }
  }
}
