/// What turns photos into the tokens that a recognition decoder asks.
package protocol ImageEncoder: Sendable {
  /// Encodes photos, one row of ``ImageEncoderConfiguration/input``'s layout each, into tokens
  /// [photos · (1 + tokens), width]: of each photo the mean token, then those of its map, row by row.
  @ComputeActor
  func encode(
    _ photos: Matrix, compute: ComputeContext, trace: Trace?
  ) throws(RAMKitError) -> Matrix
}

extension SwinEncoder: ImageEncoder {}
extension EfficientNetLite: ImageEncoder {}
