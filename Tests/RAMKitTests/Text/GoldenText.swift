import Foundation
import RAMKit
import _RAMKitTestSupport

/// What the official tokenizer and BERT class answer: Resources/Text.
enum GoldenText {
  struct Tokens: Decodable {
    var text: String
    var limit: Int
    var tokens: [UInt32]
  }

  static func url(_ name: String) -> URL {
    Bundle.module.resourceURL!.appendingPathComponent("Text/\(name)")
  }

  static let encoder = url("encoder/model.safetensors")
  static let int8Encoder = url("encoder-int8.safetensors")

  static func read<Content: Decodable>(_ name: String) throws -> Content {
    try JSONDecoder().decode(Content.self, from: Data(contentsOf: url(name)))
  }

  /// Each text once, with its tokens as the small encoder limits them.
  static func texts() throws -> [String] {
    let all: [Tokens] = try read("tokens.json")
    return all.filter { $0.limit == 12 }.map(\.text)
  }

  static func embeddings(_ name: String) throws -> [Double] {
    try Checkpoint(contentsOf: url("embeddings.safetensors")).doubles(name)
  }

  static func tokenizer() throws -> WordPieceTokenizer {
    let bytes = [UInt8](try Data(contentsOf: url("encoder/vocab.txt")))
    return try WordPieceTokenizer(Vocabulary(bytes, path: "vocab.txt"), path: "vocab.txt")
  }
}
