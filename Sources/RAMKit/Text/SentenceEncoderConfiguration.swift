#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The sizes of a BERT sentence encoder, read off its tensors and what lies beside them.
struct SentenceEncoderConfiguration: Sendable, Hashable {
  /// Tokens in the table of embeddings.
  var tokens: Int
  var width: Int
  /// Tokens of a text at most, "[CLS]" and "[SEP]" among them; what is beyond is left out.
  var maximumTokens: Int
  /// Kinds of text that the model tells apart; sentences are of the first.
  var kinds: Int
  var layers: Int
  var heads: Int
  var feedForward: Int
  /// Rows of the table of positions.
  var positions: Int

  /// What a file of RAMKit's says under "family".
  static let familyName = "bert-sentence-encoder"

  static func layerName(_ layer: Int) -> String { "encoder.layer.\(layer)" }
}

extension SentenceEncoderConfiguration {
  init(checkpoint: Checkpoint) throws(RAMKitError) {
    try checkpoint.checkFormatVersion()
    let reader = ShapeReader(checkpoint: checkpoint)
    let words = try reader.shape("embeddings.word_embeddings.weight", rank: 2)
    (tokens, width) = (words[0], words[1])
    positions = try reader.shape("embeddings.position_embeddings.weight", rank: 2)[0]
    kinds = try reader.shape("embeddings.token_type_embeddings.weight", rank: 2)[0]
    feedForward = try reader.shape("encoder.layer.0.intermediate.dense.weight", rank: 2)[0]
    layers = 0
    while reader.has("\(Self.layerName(layers)).intermediate.dense.weight") { layers += 1 }
    (heads, maximumTokens) = (0, positions)
    if checkpoint.isRAMKitFile {
      let metadata = MetadataReader(checkpoint: checkpoint)
      try metadata.expect(FileMetadata.family, Self.familyName)
      heads = try metadata.integer("attention_heads", in: 1...width)
      maximumTokens = try metadata.integer("maximum_tokens", in: 2...max(2, positions))
    } else {
      try takeNeighbours(of: checkpoint)
    }
    guard width % heads == 0, positions > 1 else {
      throw .unsupportedModel(
        path: checkpoint.path,
        reason: "\(heads) attention heads and \(positions) positions can't be those of a text "
          + "encoder of width \(width)")
    }
  }

  /// What transformers and sentence-transformers write beside the weights.
  private mutating func takeNeighbours(of checkpoint: Checkpoint) throws(RAMKitError) {
    let files = SentenceEncoderNeighbours(of: checkpoint)
    if let misfit = files.misfit { throw .unsupportedModel(path: checkpoint.path, reason: misfit) }
    guard let heads = files.model?.num_attention_heads, heads > 0 else {
      throw .unsupportedModel(
        path: checkpoint.path,
        reason: "no config.json beside it says how many attention heads it has "
          + "(num_attention_heads)")
    }
    self.heads = heads
    if let limit = files.sentences?.max_seq_length, limit > 1 {
      maximumTokens = min(limit, positions)
    }
  }

  /// Every tensor that encoding needs.
  var requirements: [TensorRequirement] {
    let tables: [TensorRequirement] = [
      TensorRequirement("embeddings.word_embeddings.weight", [tokens, width]),
      TensorRequirement("embeddings.position_embeddings.weight", [positions, width]),
      TensorRequirement("embeddings.token_type_embeddings.weight", [kinds, width]),
    ]
    let sizes = BERTLayer.Sizes(width: width, memoryWidth: width, feedForward: feedForward)
    return tables + TensorRequirement.layerNorm("embeddings.LayerNorm", width: width)
      + (0..<layers).flatMap {
        BERTLayer.requirements(Self.layerName($0), attention: .itself, sizes: sizes)
      }
  }
}

/// The files beside an encoder's weights that say how it is to be run. One that is not there, or is
/// about something else, says nothing.
struct SentenceEncoderNeighbours {
  struct Model: Decodable {
    var num_attention_heads: Int?
    var hidden_act: String?
    var layer_norm_eps: Double?
    var position_embedding_type: String?
  }

  struct Sentences: Decodable { var max_seq_length: Int? }

  struct Pooling: Decodable { var pooling_mode_mean_tokens: Bool? }

  struct Tokenizer: Decodable { var do_lower_case: Bool? }

  let model: Model?
  let sentences: Sentences?
  private let pooling: Pooling?
  private let tokenizer: Tokenizer?

  private static let maximumBytes = 1 << 20

  init(of checkpoint: Checkpoint) {
    func read<Content: Decodable>(_ name: String) -> Content? {
      guard let url = checkpoint.folder?.appending(path: name, directoryHint: .notDirectory),
        let bytes = try? RegularFile(at: url).readAll(limit: Self.maximumBytes)
      else { return nil }
      return try? JSONDecoder().decode(Content.self, from: Data(bytes))
    }
    model = read("config.json")
    sentences = read("sentence_bert_config.json")
    pooling = read("1_Pooling/config.json")
    tokenizer = read("tokenizer_config.json")
  }

  /// What the encoder would have to be run otherwise for; nil where nothing says so.
  var misfit: String? {
    if let activation = model?.hidden_act, activation != "gelu" {
      return "its activation is \(quoted(activation)); only gelu is supported"
    }
    if let epsilon = model?.layer_norm_eps, epsilon != 1e-12 {
      return "its layer_norm_eps is \(epsilon); only 1e-12 is supported"
    }
    if let type = model?.position_embedding_type, type != "absolute" {
      return "its positions are \(quoted(type)); only absolute ones are supported"
    }
    if pooling?.pooling_mode_mean_tokens == false {
      return "its sentences are not the mean of their tokens"
    }
    return tokenizer?.do_lower_case == false ? "its vocabulary is cased" : nil
  }
}
