import Foundation
import RAMKit

/// A checkpoint of a few thousand numbers, to load, to break, and to write.
package struct TinyCheckpoint: Sendable {
  package struct Tensor: Sendable {
    package var shape: [Int]
    package var values: [Float]

    package init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  package var tensors: [String: Tensor] = [:]
  private var random: SeededGenerator

  /// RAM in official names: two stages, windows of 4, 32 px, and as many labels as wanted, with
  /// embeddings of so many numbers.
  package static func ram(
    labels: Int = 5, embeddingWidth: Int = 6, seed: UInt64 = 1
  ) -> TinyCheckpoint {
    var tiny = TinyCheckpoint(random: SeededGenerator(seed: seed))
    tiny.addEncoder(width: 4, depths: [1, 2], heads: [1, 2], window: 4)
    tiny.addLinear("image_proj", outputs: 6, inputs: 8)
    tiny.add("label_embed", [labels, embeddingWidth], magnitude: 2)
    tiny.addLinear("wordvec_proj", outputs: 8, inputs: embeddingWidth)
    for layer in 0..<2 {
      tiny.addDecoderLayer(
        "tagging_head.encoder.layer.\(layer)", width: 8, memory: 6, hidden: 12)
    }
    tiny.addLinear("fc", outputs: 1, inputs: 8)
    return tiny
  }

  /// RAM++, likewise: the labels have so many descriptions each.
  package static func ramPlus(
    labels: Int = 5, descriptions: Int = 3, seed: UInt64 = 1
  ) -> TinyCheckpoint {
    var tiny = ram(labels: labels * descriptions, seed: seed)
    tiny.tensors["reweight_scale"] = Tensor(shape: [], values: [0.7])
    return tiny
  }

  /// Tag2Text, likewise, under the names of its own tagging head.
  package static func tag2Text(labels: Int = 5, seed: UInt64 = 1) -> TinyCheckpoint {
    var tiny = TinyCheckpoint(random: SeededGenerator(seed: seed))
    tiny.addEncoder(width: 4, depths: [1, 2], heads: [1, 2], window: 4)
    tiny.add("label_embed.weight", [labels, 8], magnitude: 2)
    for layer in 0..<2 {
      tiny.addDecoderLayer(
        "tagging_head.encoder.layer.\(layer)", width: 8, memory: 8, hidden: 12)
    }
    tiny.add("fc.W", [1, labels, 8], magnitude: 1)
    tiny.add("fc.b", [1, labels], magnitude: 0.3)
    return tiny
  }

  /// A text encoder in transformers' names: two layers, two heads, 16 positions.
  package static func sentenceEncoder(
    tokens: Int, width: Int = 6, seed: UInt64 = 1
  ) -> TinyCheckpoint {
    var tiny = TinyCheckpoint(random: SeededGenerator(seed: seed))
    tiny.add("embeddings.word_embeddings.weight", [tokens, width], magnitude: 2)
    tiny.add("embeddings.position_embeddings.weight", [16, width], magnitude: 0.5)
    tiny.add("embeddings.token_type_embeddings.weight", [2, width], magnitude: 0.5)
    tiny.addNorm("embeddings.LayerNorm", width: width)
    for layer in 0..<2 {
      let name = "encoder.layer.\(layer)"
      for part in ["self.query", "self.key", "self.value", "output.dense"] {
        tiny.addLinear("\(name).attention.\(part)", outputs: width, inputs: width)
      }
      tiny.addNorm("\(name).attention.output.LayerNorm", width: width)
      tiny.addLinear("\(name).intermediate.dense", outputs: 10, inputs: width)
      tiny.addLinear("\(name).output.dense", outputs: width, inputs: 10)
      tiny.addNorm("\(name).output.LayerNorm", width: width)
    }
    return tiny
  }

  /// Writes a text encoder that spells, and its neighbours, into a folder; the file of its weights.
  package static func writeSentenceEncoder(to folder: URL, width: Int = 6) throws -> URL {
    let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(Unicode.Scalar($0)) }
    let digits = (0...9).map(String.init)
    let tokens =
      ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + letters + digits + (letters + digits).map { "##\($0)" }
    try Data(tokens.map { "\($0)\n" }.joined().utf8)
      .write(to: folder.appendingPathComponent("vocab.txt"))
    try Data(#"{"num_attention_heads": 2}"#.utf8)
      .write(to: folder.appendingPathComponent("config.json"))
    let url = folder.appendingPathComponent("encoder.safetensors")
    try sentenceEncoder(tokens: tokens.count, width: width).write(to: url)
    return url
  }

  private init(random: SeededGenerator) {
    self.random = random
  }

  /// Writes a float32 safetensors file.
  package func write(to url: URL, metadata: [String: String] = [:]) throws {
    let entries = tensors.map {
      SafetensorsWriter.Entry(name: $0.key, elementType: .float32, shape: $0.value.shape)
    }
    let writer = try SafetensorsWriter(url: url, entries: entries, metadata: metadata)
    try writer.write { (entry, sink) throws(RAMKitError) in
      try (tensors[entry.name]?.values ?? []).withUnsafeBufferPointer {
        (values) throws(RAMKitError) in try sink(UnsafeRawBufferPointer(values))
      }
    }
  }
}

extension TinyCheckpoint {
  private mutating func add(_ name: String, _ shape: [Int], magnitude: Float, around: Float = 0) {
    let values = random.floats(shape.reduce(1, *), magnitude: magnitude).map { $0 + around }
    tensors[name] = Tensor(shape: shape, values: values)
  }

  private mutating func addLinear(
    _ name: String, outputs: Int, inputs: Int, hasBias: Bool = true
  ) {
    add("\(name).weight", [outputs, inputs], magnitude: 2 / Float(inputs).squareRoot())
    if hasBias { add("\(name).bias", [outputs], magnitude: 0.3) }
  }

  private mutating func addNorm(_ name: String, width: Int) {
    add("\(name).weight", [width], magnitude: 0.3, around: 1)
    add("\(name).bias", [width], magnitude: 0.3)
  }

  private mutating func addEncoder(width: Int, depths: [Int], heads: [Int], window: Int) {
    let encoder = "visual_encoder"
    add("\(encoder).patch_embed.proj.weight", [width, 3, 4, 4], magnitude: 0.3)
    add("\(encoder).patch_embed.proj.bias", [width], magnitude: 0.3)
    addNorm("\(encoder).patch_embed.norm", width: width)
    var width = width
    for (stage, (depth, heads)) in zip(depths, heads).enumerated() {
      for block in 0..<depth {
        addBlock(
          "\(encoder).layers.\(stage).blocks.\(block)", width: width, heads: heads, window: window)
      }
      guard stage < depths.count - 1 else { continue }
      let merging = "\(encoder).layers.\(stage).downsample"
      addNorm("\(merging).norm", width: 4 * width)
      addLinear("\(merging).reduction", outputs: 2 * width, inputs: 4 * width, hasBias: false)
      width *= 2
    }
    addNorm("\(encoder).norm", width: width)
  }

  private mutating func addBlock(_ name: String, width: Int, heads: Int, window: Int) {
    let table = (2 * window - 1) * (2 * window - 1)
    addNorm("\(name).norm1", width: width)
    addLinear("\(name).attn.qkv", outputs: 3 * width, inputs: width)
    add("\(name).attn.relative_position_bias_table", [table, heads], magnitude: 1)
    addLinear("\(name).attn.proj", outputs: width, inputs: width)
    addNorm("\(name).norm2", width: width)
    addLinear("\(name).mlp.fc1", outputs: 4 * width, inputs: width)
    addLinear("\(name).mlp.fc2", outputs: width, inputs: 4 * width)
  }

  private mutating func addDecoderLayer(_ name: String, width: Int, memory: Int, hidden: Int) {
    addLinear("\(name).crossattention.self.query", outputs: width, inputs: width)
    addLinear("\(name).crossattention.self.key", outputs: width, inputs: memory)
    addLinear("\(name).crossattention.self.value", outputs: width, inputs: memory)
    addLinear("\(name).crossattention.output.dense", outputs: width, inputs: width)
    addNorm("\(name).crossattention.output.LayerNorm", width: width)
    addLinear("\(name).intermediate.dense", outputs: hidden, inputs: width)
    addLinear("\(name).output.dense", outputs: width, inputs: hidden)
    addNorm("\(name).output.LayerNorm", width: width)
  }
}
