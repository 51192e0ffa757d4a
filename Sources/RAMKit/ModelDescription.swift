import Foundation

/// What a checkpoint holds and how it is run: family, sizes, labels, provenance, and the tensors
/// that are missing or unknown.
public struct ModelDescription: Sendable, Hashable, Codable {
  /// The image encoder's sizes. Lists hold a number for each stage.
  public struct ImageEncoder: Sendable, Hashable, Codable {
    /// "swin" or "efficientnet-lite".
    public var kind: String
    /// Blocks in each stage.
    public var depths: [Int]
    /// Channels of each stage.
    public var widths: [Int]
    /// Attention heads in each stage; empty without attention.
    public var heads: [Int]
    /// Tokens along a side of each stage's windows; empty without attention.
    public var windows: [Int]
    /// Pixels along a side of a patch.
    public var patch: Int
  }

  /// The recognition decoder's sizes.
  public struct Decoder: Sendable, Hashable, Codable {
    /// Layers of cross-attention and feed-forward.
    public var layers: Int
    /// Width of a label's state.
    public var width: Int
    /// Width of the feed-forward's inside.
    public var feedForward: Int
    /// Attention heads.
    public var heads: Int
    /// Width of the image tokens that labels attend to.
    public var memoryWidth: Int
  }

  /// The names and thresholds of the model's own queries.
  public struct Labels: Sendable, Hashable, Codable {
    /// Who named the queries.
    public enum Origin: String, Sendable, Hashable, Codable {
      /// The user: ``ModelOptions/labels``.
      case given
      /// The file itself.
      case file
      /// Nobody; but they are as many as the family's official labels.
      case official
    }

    /// The label set's name.
    public var name: String
    /// Where the label set comes from.
    public var source: String
    /// Who named the queries.
    public var origin: Origin
    /// How many labels there are.
    public var count: Int
    /// Languages of the names beside English, as BCP 47 tags.
    public var languages: [String]
    /// Further names that labels can be found by.
    public var aliasCount: Int
    /// Labels that are left out of tags unless they are asked for: ``Label/isOmitted``.
    public var omittedCount: Int
  }

  /// Tensors that the model uses and that are stored in one number format.
  public struct Weights: Sendable, Hashable, Codable {
    /// "float32", "float16", "bfloat16", "q8_0", ...
    public var type: String
    /// How many tensors there are.
    public var tensorCount: Int
    /// Numbers in all of them.
    public var parameterCount: Int
  }

  /// Which kernels read the matrices of a file that holds them prepared.
  public struct Preparation: Sendable, Hashable, Codable {
    /// The matrices of one precision.
    public struct Matrices: Sendable, Hashable, Codable {
      /// What they were rounded to.
      public var precision: Precision
      /// Whose kernels they were prepared for: "avx512", ...
      public var implementation: String
      /// How many there are.
      public var count: Int
    }

    /// All of them.
    public var matrices: [Matrices]
    /// Whether the kernels of this process read them as they are: those of another implementation, or of
    /// another version of RAMKit, mostly don't.
    public var isSuitable: Bool
  }

  /// One conversion on the way to the file.
  public struct Conversion: Sendable, Hashable, Codable {
    /// The name of the file that was converted, without its folder.
    public var source: String
    /// Its format: "safetensors", "pyTorch" or "gguf".
    public var sourceFormat: String
    /// Its size.
    public var sourceByteCount: Int
    /// Its SHA-256 digest, as 64 hexadecimal digits.
    public var sourceDigest: String
    /// What its weights were stored as, the most frequent first.
    public var sourceTypes: [String]
    /// What they were converted to.
    public var precision: Precision
    /// The version of RAMKit that did it.
    public var ramkitVersion: String
  }

  /// A tensor whose shape the rest of the model does not agree with.
  public struct WrongShape: Sendable, Hashable, Codable {
    /// The tensor's name in the file.
    public var name: String
    /// Its shape there.
    public var found: [Int]
    /// The shape that the model needs.
    public var expected: [Int]
  }

  /// What kind of model it is.
  public var family: ModelFamily
  /// Where it was read from.
  public var path: String
  /// "safetensors", "pyTorch" or "gguf".
  public var format: String
  /// Pixels along a side of the square that photos are resized to.
  public var imageSize: Int = 0
  /// Labels that the checkpoint carries queries for; 0 where nothing tells, as in a RAM++ of
  /// another number than the official 4,585 that no names were given for.
  public var labelCount: Int = 0
  /// What is known of these labels; nil where nobody names them.
  public var labels: Labels?
  /// RAM++'s descriptions, of all labels together; nil for other families.
  public var descriptionCount: Int?
  /// The number format that it runs in.
  public var precision: Precision
  /// Numbers in all tensors that the model uses.
  public var parameterCount: Int = 0
  /// What these are stored as, the most frequent format first; empty where nothing is stored.
  public var weights: [Weights] = []
  /// For which kernels matrices are prepared; nil for a file of numbers.
  public var preparation: Preparation?
  /// Number formats narrower than float32 that some weights are or have been stored in, as far as the
  /// file knows. What they took from the numbers is not brought back by running, or storing,
  /// the rest in float32.
  public var roundings: [String] = []
  /// The conversions that made the file, the first one first; empty for one that RAMKit did not make.
  public var conversions: [Conversion] = []
  /// What was measured, layer by layer, before an int8 file was written; nil for other files, and for int8
  /// files whose layers are all alike.
  public var mixedPrecision: MixedPrecision?
  /// The image encoder's sizes.
  public var imageEncoder: ImageEncoder?
  /// The recognition decoder's sizes; nil where they could not be read.
  public var decoder: Decoder?
  /// What the file says of itself beside labels and conversions: safetensors' `__metadata__`, or the
  /// values of a GGUF file.
  public var metadata: [String: String]
  /// Tensors that the model needs and the file lacks.
  public var missingTensors: [String] = []
  /// Tensors that the model needs, in a number format that RAMKit can't read.
  public var unreadableTensors: [String] = []
  /// Tensors of a shape that the model can't use.
  public var wrongShapes: [WrongShape] = []
  /// Tensors that the model does not know; they are ignored.
  public var unknownTensors: [String] = []

  /// Whether the model can be loaded as far as names, shapes, number formats and kernels tell.
  public var isComplete: Bool {
    missingTensors.isEmpty && unreadableTensors.isEmpty && wrongShapes.isEmpty
      && preparation?.isSuitable != false
  }

  /// Looks into a checkpoint without loading its weights.
  ///
  /// - Parameters:
  ///   - url: a `.pth`, `.safetensors` or `.gguf` file, told apart by content.
  ///   - options: labels, precision and image size as for ``Tagger``.
  /// - Throws: ``RAMKitError`` where the file can't be read or is of no known family. Missing and
  ///   misshapen tensors are no error here: they are listed.
  /// - Complexity: reads the file's index, and no weights.
  public init(contentsOf url: URL, options: ModelOptions = .init()) throws(RAMKitError) {
    let checkpoint = try Checkpoint(contentsOf: url)
    let configuration = try checkpoint.modelConfiguration(options: options)
    self.init(
      checkpoint: checkpoint, configuration: configuration,
      labels: try options.labels(of: configuration, in: checkpoint), precision: options.precision)
  }

  init(
    checkpoint: any TensorSource, configuration: any ModelConfiguration, labels: ModelLabels?,
    precision: Precision
  ) {
    self.labels = labels.map(Labels.init)
    family = configuration.family
    path = checkpoint.path
    format = checkpoint.formatName
    metadata = checkpoint.metadata
    if checkpoint.isRAMKitFile { metadata[FileMetadata.labels] = nil }
    if let carried = checkpoint.carriedConversions {
      conversions = carried
      metadata[FileMetadata.conversions] = nil
    }
    if let carried = checkpoint.carriedMixedPrecision {
      mixedPrecision = carried
      metadata[FileMetadata.mixedPrecision] = nil
    }
    self.precision = checkpoint.preparedPrecision ?? precision
    preparation = checkpoint.preparation
    if preparation != nil { metadata[FileMetadata.prepared] = nil }
    var known: Set<String> = []
    var stored: [ElementType: Weights] = [:]
    for requirement in configuration.requirements {
      known.formUnion([requirement.name] + requirement.aliases)
      guard let (name, shape) = checkpoint.tensor(for: requirement) else {
        missingTensors.append(requirement.name)
        continue
      }
      let count = shape.reduce(1, *)
      parameterCount += count
      if let type = checkpoint.elementType(of: name) {
        stored[type, default: Weights(type: type.name, tensorCount: 0, parameterCount: 0)]
          .add(count)
        if !checkpoint.canBeWeights(name) { unreadableTensors.append(name) }
      }
      if shape != requirement.shape {
        wrongShapes.append(
          WrongShape(name: name, found: shape, expected: requirement.shape))
      }
    }
    unknownTensors = checkpoint.tensorNames
      .filter { !known.contains($0) && !configuration.isUnused($0) }.sorted()
    weights = stored.values.sorted { ($0.parameterCount, $0.type) > ($1.parameterCount, $1.type) }
    roundings = Self.roundings(conversions, now: stored.keys.filter(\.isNarrow).map(\.name))
    configuration.describe(&self)
  }

  private static func roundings(_ conversions: [Conversion], now: [String]) -> [String] {
    let wide: Set<String> = ["float64", "float32", "int64", "int32"]
    let all = conversions.flatMap { $0.sourceTypes.filter { !wide.contains($0) } } + now.sorted()
    return all.reduce(into: []) { found, type in
      if !found.contains(type) { found.append(type) }
    }
  }
}

extension ModelDescription.Weights {
  fileprivate mutating func add(_ count: Int) {
    tensorCount += 1
    parameterCount += count
  }
}

extension ModelDescription.ImageEncoder {
  init(_ swin: SwinConfiguration) {
    self.init(
      kind: "swin", depths: swin.stages.map(\.depth), widths: swin.stages.map(\.width),
      heads: swin.stages.map(\.heads), windows: swin.stages.map(\.window), patch: swin.patch)
  }
}

extension ModelDescription.Decoder {
  init(_ decoder: RecognitionDecoderConfiguration) {
    self.init(
      layers: decoder.layers, width: decoder.width, feedForward: decoder.feedForward,
      heads: decoder.heads, memoryWidth: decoder.memoryWidth)
  }
}
