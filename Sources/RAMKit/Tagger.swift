import Foundation

/// Turns photos into tags with a model of the *Recognize Anything* family.
///
/// ```swift
/// let tagger = try await Tagger(contentsOf: checkpointURL)
/// let tagging = try await tagger.tags(in: .file(photoURL))
/// for tag in tagging.tags { print(tag.label.name, tag.score) }
/// ```
///
/// A tagger holds the model's weights, prepared for this CPU; make one and share it. It can be used
/// from any number of tasks at once: photos are read and decoded beside each other, and their
/// compute takes turns on one thread of the process, which runs each kernel on all cores.
public final class Tagger: Sendable {
  let implementation: any TaggingModel
  private let loader: PhotoLoader
  private let identity = TaggerIdentity()

  /// How long loading the model took.
  public let loadDuration: Duration

  /// What was loaded, and how it runs.
  public var model: ModelDescription { implementation.description }

  /// The labels that the checkpoint carries.
  public var labels: LabelQuerySet { implementation.labels }

  /// Loads a checkpoint.
  ///
  /// - Parameters:
  ///   - url: an official `.pth` file, a `.safetensors` file with the official names, or a `.gguf`
  ///     file of recognize-anything-ggml; told apart by content. Training leftovers in it are neither read nor kept.
  ///   - options: labels, precision, image size, threads.
  /// - Throws: ``RAMKitError``: the file can't be read, is damaged, holds no known model, lacks
  ///   tensors, has some of a wrong shape or with a NaN, or the labels do not fit.
  /// - Complexity: one pass over the model's weights; the peak of memory is their size and the
  ///   largest tensor's.
  public convenience init(
    contentsOf url: URL, options: ModelOptions = .init()
  ) async throws(RAMKitError) {
    try await self.init(options: options) { (compute) throws(RAMKitError) in
      try Self.load(url, options: options, compute: compute)
    }
  }

  /// Loads a model on the compute thread, and takes the time.
  convenience init(
    options: ModelOptions,
    load: @ComputeActor (ComputeContext) throws(RAMKitError) -> any TaggingModel
  ) async throws(RAMKitError) {
    let start = ContinuousClock.now
    let model = try await ComputeActor.run { () throws(RAMKitError) in
      try load(ComputeContext(threads: options.checkedThreads()))
    }
    self.init(model: model, loadDuration: ContinuousClock.now - start)
  }

  package init(model: any TaggingModel, loadDuration: Duration = .zero) {
    implementation = model
    self.loadDuration = loadDuration
    loader = PhotoLoader(input: model.input, compute: model.compute)
  }

  package static func load(
    _ url: URL, options: ModelOptions, compute: ComputeContext
  ) throws(RAMKitError) -> any TaggingModel {
    try load(Checkpoint(contentsOf: url), options: options, compute: compute)
  }

  package static func load(
    _ checkpoint: some TensorSource, options: ModelOptions, compute: ComputeContext
  ) throws(RAMKitError) -> any TaggingModel {
    let configuration = try checkpoint.modelConfiguration(options: options)
    let labels = try options.requiredLabels(of: configuration, in: checkpoint)
    try checkpoint.checkPreparation(for: options.precision, compute: compute)
    let description = ModelDescription(
      checkpoint: checkpoint, configuration: configuration, labels: labels,
      precision: options.precision)
    return try configuration.model(
      checkpoint: checkpoint, labels: labels.set, options: options, description: description,
      compute: compute)
  }

  /// Tags one photo.
  ///
  /// - Parameters:
  ///   - photo: a file, its bytes, or pixels.
  ///   - labels: what to ask for; nil for the checkpoint's own labels.
  ///   - options: preparation, limits, thresholds.
  /// - Throws: ``RAMKitError`` where the photo can't be read or decoded, the labels do not fit the
  ///   model, or the task was cancelled.
  /// - Complexity: 324 GFLOP for an official RAM Swin-L at 384 px with 4,585 labels.
  public func tags(
    in photo: Photo, labels: LabelQuerySet? = nil, options: TaggingOptions = .init()
  ) async throws(RAMKitError) -> Tagging {
    try await tags(in: try await encode(photo, options: options), labels: labels, options: options)
  }

  /// Runs the image encoder on one photo, once for any number of label sets.
  ///
  /// - Throws: ``RAMKitError`` as ``tags(in:labels:options:)-(Photo,_,_)``.
  /// - Complexity: 208 GFLOP for an official RAM Swin-L at 384 px.
  public func encode(
    _ photo: Photo, options: TaggingOptions = .init()
  ) async throws(RAMKitError) -> ImageTokens {
    try options.validate()
    return try await encode([try await loader.prepare(photo, options: options)])[0]
  }

  /// Asks an encoded photo about labels.
  ///
  /// - Parameters:
  ///   - tokens: what ``encode(_:options:)`` of this tagger made.
  ///   - labels: what to ask for; nil for the checkpoint's own labels.
  ///   - options: thresholds; the photo is prepared already.
  /// - Throws: ``RAMKitError`` where tokens or labels do not fit the model, or the task was
  ///   cancelled.
  /// - Complexity: 108 GFLOP for an official RAM with 4,585 labels, in proportion to their number.
  public func tags(
    in tokens: ImageTokens, labels: LabelQuerySet? = nil, options: TaggingOptions = .init()
  ) async throws(RAMKitError) -> Tagging {
    try options.validate()
    guard tokens.tagger === identity else {
      throw .invalidOption(name: "tokens", reason: "another tagger made them")
    }
    let labels = labels ?? self.labels
    try options.screen?.check(against: screenSubject(labels, options))
    let (logits, duration) = try await recognize(labels, screen: options.screen, in: tokens)
    var timing = tokens.timing
    timing.recognition = duration
    return Tagging(
      tags: Tagging.tags(logits: logits, labels: labels.labels, options: options),
      logits: options.keepsLogits ? logits : nil, width: tokens.width, height: tokens.height,
      model: model.family, precision: model.precision, timing: timing)
  }

  /// Tags many photos, in order, preparing the next ones while the model works on these.
  ///
  /// ```swift
  /// for try await item in tagger.taggings(of: photos) {
  ///   switch item.result {
  ///   case .success(let tagging): print(item.photo.name, tagging.tags.map(\.label.name))
  ///   case .failure(let error): print(item.photo.name, error.message)
  ///   }
  /// }
  /// ```
  ///
  /// A photo that fails is an item, not the end. Photos are drawn from the sequence only as they are
  /// needed, so it may be lazy, and memory stays flat however many there are.
  ///
  /// - Parameters:
  ///   - photos: what to tag.
  ///   - labels: what to ask for; nil for the checkpoint's own labels.
  ///   - lookAhead: photos beyond the current batch that may be prepared, or wait prepared, at a
  ///     time; 0 or more.
  ///   - options: as for one photo, and the batch size.
  public func taggings<Photos: Sequence>(
    of photos: Photos, labels: LabelQuerySet? = nil, lookAhead: Int = 4,
    options: TaggingOptions = .init()
  ) -> TaggingSequence<Photos> where Photos.Element == Photo {
    TaggingSequence(
      photos: photos,
      batcher: TaggingBatcher(tagger: self, labels: labels, options: options),
      lookAhead: lookAhead)
  }
}

extension Tagger {
  func prepare(
    _ photo: Photo, options: TaggingOptions
  ) async throws(RAMKitError) -> PhotoLoader.PreparedPhoto {
    try await loader.prepare(photo, options: options)
  }

  /// Runs the image encoder on a batch.
  func encode(
    _ photos: [PhotoLoader.PreparedPhoto]
  ) async throws(RAMKitError) -> [ImageTokens] {
    let model = implementation
    let (tokens, duration) = try await ComputeActor.run { () throws(RAMKitError) in
      try Task.checkRAMKitCancellation()
      let start = ContinuousClock.now
      let batch = try Matrix.stacking(photos.map(\.values), pool: model.compute.pool)
      let tokens = try model.encode(batch, trace: nil)
      return (tokens, ContinuousClock.now - start)
    }
    return zip(photos, tokens).map { photo, tokens in
      ImageTokens(
        width: photo.width, height: photo.height, tokens: tokens, tagger: identity,
        timing: .init(preparation: photo.duration, encoding: duration / photos.count))
    }
  }

  /// One logit a label; that of a label which the screen leaves out is below all thresholds.
  private func recognize(
    _ labels: LabelQuerySet, screen: LabelScreen?, in tokens: ImageTokens
  ) async throws(RAMKitError) -> ([Float], Duration) {
    let model = implementation
    return try await ComputeActor.run { () throws(RAMKitError) in
      try Task.checkRAMKitCancellation()
      let start = ContinuousClock.now
      let asked = try screen?.labels(for: tokens.tokens, compute: model.compute)
      var logits = try model.logits(of: labels, at: asked, in: tokens.tokens, trace: nil)
      if let asked { logits = logits.scattered(to: asked, of: labels.labels.count) }
      return (logits, ContinuousClock.now - start)
    }
  }
}

extension [Float] {
  /// The numbers at the indices given of so many, the others minus infinity.
  fileprivate func scattered(to indices: [Int], of count: Int) -> [Float] {
    var all = [Float](repeating: -.infinity, count: count)
    for (index, value) in zip(indices, self) { all[index] = value }
    return all
  }
}
