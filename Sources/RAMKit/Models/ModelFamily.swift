/// The kinds of model that RAMKit runs.
public enum ModelFamily: String, Sendable, Hashable, Codable, CaseIterable {
  /// *Recognize Anything* (Zhang et al. 2023): a Swin transformer and a recognition decoder over
  /// text queries.
  case ram

  /// RAM++ (Huang et al. 2023): RAM with several descriptions a label, weighed by the photo.
  case ramPlus = "ram_plus"

  /// Tag2Text (Huang et al. 2023), its tags: queries that were learned instead of made from text.
  case tag2Text = "tag2text"

  /// EfficientNet-Lite with a classifier; RAM-nano, version 0.
  case efficientNetLite = "ram_nano"
}
