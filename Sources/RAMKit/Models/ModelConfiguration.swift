/// What a checkpoint's names and shapes say of the model in it.
package protocol ModelConfiguration: Sendable {
  var family: ModelFamily { get }
  var labelCount: Int { get }
  var imageEncoder: ImageEncoderConfiguration { get }
  var decoder: RecognitionDecoderConfiguration { get }

  /// Every tensor that the model needs.
  var requirements: [TensorRequirement] { get }

  /// Whether a tensor that no requirement names is known, and known to be of no use for tagging.
  func isUnused(_ name: String) -> Bool

  /// The label set that the family's official checkpoints are known by, where it has as many labels
  /// as this one has queries.
  func officialLabels() throws(RAMKitError) -> LabelSet?

  /// What its queries lack where nobody names them, and what to do about it.
  var unnamedQueries: String { get }

  /// Makes sure that these labels can be those of the model's queries.
  ///
  /// - Throws: ``RAMKitError/mismatchedLabels(reason:)``, with the path of the checkpoint in it.
  func check(_ labels: LabelSet, path: String) throws(RAMKitError)

  /// What a file with these labels has to say of the model beside the tensors' shapes, so that the
  /// same configuration is read off it again.
  func fileMetadata(labels: LabelSet) -> [String: String]

  /// Writes the sizes into a description, whose ``ModelDescription/labels`` are there already.
  func describe(_ description: inout ModelDescription)

  /// Loads the weights of a model whose queries have these labels.
  func model(
    checkpoint: any TensorSource, labels: LabelSet, options: ModelOptions,
    description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) -> any TaggingModel
}

extension ModelConfiguration {
  /// Official classes also hold a text encoder and a caption decoder, which tagging never runs.
  package func isUnused(_ name: String) -> Bool {
    SwinConfiguration.isBuffer(name) || name.hasPrefix("tag_encoder.")
      || name.hasPrefix("text_decoder.")
  }

  package var unnamedQueries: String {
    "\(labelCount) queries without names, and no official label set has as many; give the names, "
      + "one for each query and in their order"
  }

  package func check(_ labels: LabelSet, path: String) throws(RAMKitError) {
    guard labels.count == labelCount else {
      throw .mismatchedLabels(
        reason: "there are \(labels.count) labels, but '\(path)' carries \(labelCount) queries")
    }
  }

  package func fileMetadata(labels: LabelSet) -> [String: String] {
    [
      FileMetadata.family: family.rawValue, FileMetadata.imageSize: "\(imageEncoder.imageSize)",
      FileMetadata.decoderHeads: "\(decoder.heads)",
    ]
  }

  package func describe(_ description: inout ModelDescription) {
    description.imageSize = imageEncoder.imageSize
    description.labelCount = labelCount
    description.imageEncoder = .init(imageEncoder)
    description.decoder = .init(decoder)
  }
}

extension TensorSource {
  /// Tells the family by what the source says of itself, else by the tensors that only the family's
  /// members have, and reads its sizes.
  package func modelConfiguration(
    options: ModelOptions
  ) throws(RAMKitError) -> any ModelConfiguration {
    try checkFormatVersion()
    if let architecture = ggufMetadata?.text("general.architecture"),
      !["ram", "ram_plus", "tag2text"].contains(architecture)
    {
      throw .unsupportedModel(
        path: path,
        reason: "it is a GGUF file of the architecture \(quoted(architecture)), none of ram, "
          + "ram_plus and tag2text")
    }
    if shape(of: RAMPlusConfiguration.scaleName) != nil {
      return try RAMPlusConfiguration(checkpoint: self, options: options)
    }
    if shape(of: Tag2TextConfiguration.queriesName) != nil {
      return try Tag2TextConfiguration(checkpoint: self, options: options)
    }
    if shape(of: "label_embed") != nil {
      return try RAMConfiguration(checkpoint: self, options: options)
    }
    let some = tensorNames.sorted().prefix(3).joined(separator: ", ")
    throw .unsupportedModel(
      path: path,
      reason: tensorNames.isEmpty
        ? "it holds no tensors" : "no 'label_embed' is among its tensors (\(some), ...)")
  }
}
