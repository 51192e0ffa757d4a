/// The sizes of a RAM checkpoint (Zhang et al. 2023, "Recognize Anything"), or of RAM-nano, which is
/// RAM with a mobile encoder and a narrow decoder; read off its tensors.
package struct RAMConfiguration: Sendable, Hashable {
  package var encoder: ImageEncoderConfiguration
  package var decoder: RecognitionDecoderConfiguration
  /// Text embeddings in the file: one a label in RAM, one a description in RAM++.
  package var embeddingCount: Int
  /// Width of a label's text embedding: CLIP's 512.
  package var embeddingWidth: Int
  /// Whether text embeddings are projected to the decoder's width. The official class leaves the
  /// projection out where both widths are the same 512.
  package var projectsLabels: Bool

  static let encoderPrefix = "visual_encoder."

  /// Whether a label's embedding is also compared with the photo's mean token, as RAM++ compares
  /// descriptions, and the product added to its logit. RAM-nano does; the official RAM does not.
  var comparesMeanToken: Bool { family == .ramNano }
}

extension RAMConfiguration {
  init(checkpoint: any TensorSource, options: ModelOptions) throws(RAMKitError) {
    let reader = ShapeReader(checkpoint: checkpoint)
    let embeddings = try reader.shape("label_embed", rank: 2)
    (embeddingCount, embeddingWidth) = (embeddings[0], embeddings[1])
    encoder = try ImageEncoderConfiguration(
      checkpoint: checkpoint, prefix: Self.encoderPrefix, imageSize: options.imageSize)
    decoder = try RecognitionDecoderConfiguration(checkpoint: checkpoint, options: options)
    projectsLabels = reader.has("wordvec_proj.weight") || embeddingWidth != decoder.width
    guard !comparesMeanToken || embeddingWidth == decoder.memoryWidth else {
      throw .unsupportedModel(
        path: checkpoint.path,
        reason: "its labels have \(embeddingWidth) numbers each and can't be compared with a "
          + "photo's \(decoder.memoryWidth)")
    }
  }
}

extension RAMConfiguration: ModelConfiguration {
  package var family: ModelFamily {
    switch encoder {
    case .swin: .ram
    case .efficientNetLite: .ramNano
    }
  }

  package var labelCount: Int { embeddingCount }

  package var imageEncoder: ImageEncoderConfiguration { encoder }

  package var requirements: [TensorRequirement] { requirements(roundsEmbeddings: false) }

  /// The same, where text embeddings are kept in the model's precision, or always in float32.
  func requirements(roundsEmbeddings: Bool) -> [TensorRequirement] {
    var list = encoder.requirements(prefix: Self.encoderPrefix)
    list += TensorRequirement.linear(
      "image_proj", outputs: decoder.memoryWidth, inputs: encoder.width)
    list.append(
      TensorRequirement(
        "label_embed", [embeddingCount, embeddingWidth],
        role: roundsEmbeddings ? .sensitive : .exact))
    if projectsLabels {
      list += TensorRequirement.linear(
        "wordvec_proj", outputs: decoder.width, inputs: embeddingWidth)
    }
    list += decoder.requirements
    return list
      + TensorRequirement.linear(
        "fc", outputs: 1, inputs: decoder.width, isPrepared: false)
  }

  package func officialLabels() throws(RAMKitError) -> LabelSet? {
    let official = try LabelSet.ram()
    return official.count == labelCount ? official : nil
  }

  package func model(
    checkpoint: any TensorSource, labels: LabelSet, options: ModelOptions,
    description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) -> any TaggingModel {
    try RAMModel(
      self, checkpoint: checkpoint, labels: labels, options: options, description: description,
      compute: compute)
  }
}
