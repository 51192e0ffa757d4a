/// A photo as a model's image encoder sees it: made once by ``Tagger/encode(_:options:)``, then
/// asked about any number of label sets.
///
/// The encoder takes two thirds of RAM's work, so asking the same photo about a second label set
/// costs a third of the first.
public struct ImageTokens: Sendable {
  /// Pixels across the photo as it was prepared.
  public let width: Int

  /// Pixels down the photo.
  public let height: Int

  /// [tokens, width of a token]
  let tokens: Matrix

  /// The tagger that made them; another model's tokens mean nothing to it.
  let tagger: TaggerIdentity

  var timing = Tagging.Timing()
}

/// Tells one tagger from all others, also from those that come when it is gone: an address would be
/// used again.
final class TaggerIdentity: Sendable {}
