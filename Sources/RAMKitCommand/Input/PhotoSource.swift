import RAMKit

/// Photos that come one after another, maybe with pauses.
package protocol PhotoSource {
  /// Whether the next photo, or the end, is there already.
  var isReady: Bool { get }

  /// The next photo; waits for it where it has to, and is nil at the end.
  mutating func next() -> RequestedPhoto?
}

/// Photos that are all known.
package struct ListedPhotos: PhotoSource {
  private var photos: IndexingIterator<[RequestedPhoto]>
  package let isReady = true

  package init(_ photos: [RequestedPhoto]) { self.photos = photos.makeIterator() }

  package mutating func next() -> RequestedPhoto? { photos.next() }
}
