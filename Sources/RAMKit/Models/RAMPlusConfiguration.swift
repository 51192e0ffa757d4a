/// The sizes of a RAM++ checkpoint (Huang et al. 2023, "Open-Set Image Tagging with Multi-Grained
/// Text Supervision"): those of RAM, and how many descriptions each label has.
package struct RAMPlusConfiguration: Sendable, Hashable {
  package var base: RAMConfiguration

  /// Descriptions of each label, where the file says so.
  private var descriptionsPerLabel: Int?

  /// Shape of `reweight_scale`: a scalar, or what writers without scalars make of it.
  private var scaleShape: [Int]

  static let scaleName = "reweight_scale"

  package init(base: RAMConfiguration) {
    self.base = base
    scaleShape = []
  }
}

extension RAMPlusConfiguration {
  init(checkpoint: any TensorSource, options: ModelOptions) throws(RAMKitError) {
    base = try RAMConfiguration(checkpoint: checkpoint, options: options)
    guard base.embeddingWidth == base.decoder.memoryWidth else {
      throw .unsupportedModel(
        path: checkpoint.path,
        reason: "its descriptions have \(base.embeddingWidth) numbers each and can't be compared "
          + "with a photo's \(base.decoder.memoryWidth)")
    }
    if checkpoint.isRAMKitFile, checkpoint.metadata[FileMetadata.descriptionsPerLabel] != nil {
      descriptionsPerLabel = try MetadataReader(checkpoint: checkpoint).integer(
        FileMetadata.descriptionsPerLabel, in: 1...max(1, base.embeddingCount))
    }
    scaleShape = checkpoint.shape(of: Self.scaleName) == [1] ? [1] : []
  }

  /// How many descriptions each of `labels` labels has, which no tensor's shape tells; nil where
  /// they can't share them evenly.
  func descriptions(labels: Int) -> Int? {
    guard labels > 0, base.embeddingCount % labels == 0 else { return nil }
    let descriptions = base.embeddingCount / labels
    return descriptionsPerLabel.map { $0 == descriptions } ?? true ? descriptions : nil
  }
}

extension RAMPlusConfiguration: ModelConfiguration {
  package var family: ModelFamily { .ramPlus }

  package var imageEncoder: ImageEncoderConfiguration { base.encoder }

  package var decoder: RecognitionDecoderConfiguration { base.decoder }

  /// The official number where the descriptions can be of so many labels; else 0, as only names
  /// can tell.
  package var labelCount: Int {
    descriptions(labels: LabelSet.officialRAMCount) == nil ? 0 : LabelSet.officialRAMCount
  }

  package func officialLabels() throws(RAMKitError) -> LabelSet? {
    labelCount > 0 ? try LabelSet.ram() : nil
  }

  package var unnamedQueries: String {
    "\(base.embeddingCount) descriptions without names of their labels, and that is no multiple of "
      + "the official \(LabelSet.officialRAMCount) labels; give the names, one for each label and in "
      + "their order"
  }

  package var requirements: [TensorRequirement] {
    base.requirements(roundsEmbeddings: true) + [TensorRequirement(Self.scaleName, scaleShape)]
  }

  package func check(_ labels: LabelSet, path: String) throws(RAMKitError) {
    guard descriptions(labels: labels.count) == nil else { return }
    let each = descriptionsPerLabel.map { ", \($0) for each" } ?? ""
    throw .mismatchedLabels(
      reason: "there are \(labels.count) labels, which can't evenly share the "
        + "\(base.embeddingCount) descriptions of '\(path)'\(each)")
  }

  package func fileMetadata(labels: LabelSet) -> [String: String] {
    var metadata = base.fileMetadata(labels: labels)
    metadata[FileMetadata.family] = family.rawValue
    metadata[FileMetadata.descriptionsPerLabel] = descriptions(labels: labels.count).map { "\($0)" }
    return metadata
  }

  package func describe(_ description: inout ModelDescription) {
    base.describe(&description)
    let named = description.labels?.count ?? 0
    description.labelCount = descriptions(labels: named) == nil ? labelCount : named
    description.descriptionCount = base.embeddingCount
  }

  package func model(
    checkpoint: any TensorSource, labels: LabelSet, options: ModelOptions,
    description: ModelDescription, compute: ComputeContext
  ) throws(RAMKitError) -> any TaggingModel {
    try RAMPlusModel(
      self, checkpoint: checkpoint, labels: labels, options: options, description: description,
      compute: compute)
  }
}
