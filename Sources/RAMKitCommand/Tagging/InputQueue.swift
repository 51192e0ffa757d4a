import Foundation
import RAMKit
import RAMKitCommandInput

/// Hands photos to the library, which reads ahead, and remembers what was asked for until its
/// result is out. It holds as many as the library reads ahead.
///
/// It hands them out in bursts: one ends where the source would have to be waited for, so that
/// whoever writes a line and waits for its result gets it.
final class InputQueue: Sequence, IteratorProtocol {
  private var source: any PhotoSource
  private var waiting: [RequestedPhoto] = []
  private var isBurstBegun = false
  private(set) var isAtEnd = false

  init(_ source: any PhotoSource) { self.source = source }

  /// The photos from here to the next pause, or to the end.
  func burst() -> InputQueue {
    isBurstBegun = false
    return self
  }

  /// The next photo of the burst; waits for the first one only.
  func next() -> Photo? {
    guard !isAtEnd, !isBurstBegun || source.isReady else { return nil }
    isBurstBegun = true
    guard let photo = source.next() else {
      isAtEnd = true
      return nil
    }
    waiting.append(photo)
    return switch photo.source {
    case .photo(let photo): photo
    // Takes its place, so that what comes out stays in step with what goes in.
    case .failure: .data(Data(), name: photo.path)
    }
  }

  /// What was asked for, and has its result now.
  func removeFirst() -> RequestedPhoto? {
    waiting.isEmpty ? nil : waiting.removeFirst()
  }
}
