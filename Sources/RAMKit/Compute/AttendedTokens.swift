/// A photo's tokens as attention reads them that were prepared for it, in place of weights. The mean of the
/// tokens is attended to as well.
package struct AttendedTokens: Sendable {
  package let heads: Int
  /// Without their mean.
  package let tokens: Int
  /// Of all heads [heads · tokens, width], or of each one [tokens, its part of a row].
  package let keys: [PreparedMatrix]
  /// What is added to scores, heads · tokens numbers, or nil.
  package let keyBias: Matrix?
  /// [width, heads · tokens]
  package let values: PreparedMatrix

  package init(
    heads: Int, tokens: Int, keys: [PreparedMatrix], keyBias: Matrix?, values: PreparedMatrix
  ) {
    self.heads = heads
    self.tokens = tokens
    self.keys = keys
    self.keyBias = keyBias
    self.values = values
  }
}
