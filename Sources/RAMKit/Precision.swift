/// The number format that weights are kept and multiplied in.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  /// 32-bit floats, as the official checkpoints hold them.
  case float32
}
