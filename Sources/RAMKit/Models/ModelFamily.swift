/// The kinds of model that RAMKit runs.
public enum ModelFamily: String, Sendable, Hashable, Codable, CaseIterable {
  /// *Recognize Anything* (Zhang et al. 2023): a Swin transformer and a recognition decoder over
  /// text queries.
  case ram

  /// RAM++ (Huang et al. 2023): RAM with several descriptions a label, weighed by the photo.
  case ramPlus = "ram_plus"

  /// Tag2Text (Huang et al. 2023), its tags: queries that were learned instead of made from text.
  case tag2Text = "tag2text"

  /// RAM-nano: RAM's design over EfficientNet-Lite (Tan and Le 2019), with text queries by
  /// all-MiniLM-L6-v2.
  case ramNano = "ram_nano"
}
