import RAMKit
import RAMKitCommandInput

/// One run of `ramkit tag`: inputs in, results out, in order.
struct TagRun {
  let tagger: Tagger
  let options: TaggingOptions
  let selection: LabelSelection?
  var format: any ResultFormat
  let sink: OutputSink
  var progress: Progress
  let verbosity: VerbosityOptions

  private var tagged = 0
  private var failures: [String: Int] = [:]

  init(
    tagger: Tagger, options: TaggingOptions, selection: LabelSelection?, format: any ResultFormat,
    sink: OutputSink, progress: Progress, verbosity: VerbosityOptions
  ) {
    self.tagger = tagger
    self.options = options
    self.selection = selection
    self.format = format
    self.sink = sink
    self.progress = progress
    self.verbosity = verbosity
  }

  /// Tags all photos of `queue`, and says how it went.
  mutating func run(_ queue: InputQueue) async throws -> ExitStatus {
    try sink.write(format.header())
    while !queue.isAtEnd {
      let taggings = tagger.taggings(
        of: queue.burst(), labels: selection?.queries, options: options)
      for try await item in taggings {
        guard let photo = queue.removeFirst() else {
          throw RAMKitError.internalFault(reason: "more results than photos")
        }
        try write(result(of: photo, item.result))
      }
    }
    progress.clear()
    try sink.write(format.footer())
    try sink.finish()
    return status
  }

  private func result(
    of input: RequestedPhoto, _ outcome: Result<Tagging, RAMKitError>
  ) -> PhotoResult {
    let result: PhotoResult.Outcome =
      switch (input.source, outcome) {
      case (.failure(let code, let message), _): .failed(.init(code: code, message: message))
      case (_, .failure(let error)): .failed(.init(error))
      case (_, .success(let tagging)):
        .tagged(tagging, tags: selection?.tags(of: tagging) ?? tagging.tags)
      }
    return PhotoResult(path: input.path, id: input.id, outcome: result)
  }

  private mutating func write(_ result: PhotoResult) throws {
    let isNoted =
      switch result.outcome {
      case .tagged: verbosity.verbose
      case .failed: !verbosity.quiet
      }
    if isNoted || sink.isTerminal { progress.clear() }
    switch result.outcome {
    case .tagged(let tagging, _):
      tagged += 1
      verbosity.detail("\(result.path): \(Self.times(tagging.timing))")
    case .failed(let failure):
      failures[failure.code, default: 0] += 1
      verbosity.note(failure.message)
    }
    try sink.write(format.text(for: result))
    progress.advance()
  }

  private static func times(_ timing: Tagging.Timing) -> String {
    "prepared in \(timing.preparation.milliseconds), encoded in \(timing.encoding.milliseconds), "
      + "labels asked in \(timing.recognition.milliseconds)"
  }

  /// Where nothing at all was tagged because nothing was there, or nothing could be opened, that is
  /// the status; else a failed photo is one among others.
  private var status: ExitStatus {
    if failures.isEmpty { return .success }
    guard tagged == 0, failures.count == 1 else { return .somePhotosFailed }
    if failures["fileNotFound"] != nil { return .noInput }
    if failures["permissionDenied"] != nil { return .noPermission }
    return .somePhotosFailed
  }
}
