import Foundation

/// Turns a checkpoint into one self-contained safetensors file, which holds the tensors that the
/// model uses under their official names, its labels, and where it comes from.
///
/// ```swift
/// let conversion = try ModelConversion(
///   of: checkpointURL, options: ModelOptions(precision: .bfloat16))
/// try await conversion.write(to: fileURL) { print($0.fraction) }
/// let tagger = try await Tagger(contentsOf: fileURL, options: ModelOptions(precision: .bfloat16))
/// ```
///
/// The file loads with no other one beside it. What it says of itself, key by key, is in
/// `Documentation/FileFormats.md` of the repository.
///
/// In a bfloat16 file, the weights are rounded that a model in bfloat16 would round when it is
/// loaded: those of the large products. So it gives the same scores, bit for bit, as the original
/// run in bfloat16. In an int8 file they are bytes with a scale a row, and it gives the original's scores
/// in int8, but for layers that a ``MixedPrecision`` leaves in bfloat16. All else stays float32: biases,
/// LayerNorms, relative position biases and small projections are a fiftieth of the numbers, and part of
/// every score.
///
/// ## Prepared weights
///
/// A file may hold its matrices *prepared*: in the order that this CPU's kernels read. A tagger maps such a
/// file and multiplies what lies there, so it is ready at once, and all processes that run it share one copy in
/// memory. It serves the precision that it was made in, on CPUs with the same kernels, and versions of
/// RAMKit that keep their layout; elsewhere it is a
/// ``RAMKitError/unsuitablePreparation(path:reason:)``. So keep the original. And keep the file as it is
/// while a tagger runs it.
public struct ModelConversion: Sendable {
  /// How far a conversion has come.
  public struct Progress: Sendable, Hashable {
    /// Bytes of the original that were gone through, for its digest and then for its tensors.
    public var completedBytes: Int
    /// All bytes to go through.
    public var totalBytes: Int

    /// The share that is done, in 0...1.
    public var fraction: Double {
      totalBytes > 0 ? Double(completedBytes) / Double(totalBytes) : 1
    }
  }

  /// What is converted.
  public let source: ModelDescription

  /// The names of tensors that the model has no use for, and that are left out: optimizers' states
  /// are not among them, as they are not even looked at.
  public let omittedTensors: [String]

  private let checkpoint: Checkpoint
  private let configuration: any ModelConfiguration
  private let labels: LabelSet
  private let precision: Precision
  private let mixed: MixedPrecision?
  private let isPrepared: Bool
  private let weights: [Weight]

  /// A tensor that the model uses, under its official name.
  private struct Weight {
    let name: String
    /// Where its numbers are.
    let tensor: CheckpointTensor
    /// What they become.
    let type: ElementType
  }

  /// Looks at a checkpoint, and makes sure that it can be converted, as far as that can be told
  /// without its weights.
  ///
  /// - Parameters:
  ///   - url: a `.pth`, `.safetensors` or `.gguf` file, told apart by content; one that was
  ///     converted before will do.
  ///   - options: labels, thresholds and image size are those that go into the file; precision is
  ///     that of its weights. Threads are not used.
  ///   - mixed: which layers of an int8 file are to stay in bfloat16; nil for those that do in the original,
  ///     if that is such a file.
  ///   - prepared: whether matrices are stored in the order that this CPU's kernels read, or those that
  ///     `RAMKIT_FORCE_IMPLEMENTATION` names.
  /// - Throws: ``RAMKitError`` as ``Tagger/init(contentsOf:options:)`` does, but for what only the
  ///   weights tell; ``RAMKitError/unsuitablePreparation(path:reason:)`` for a file whose weights are
  ///   prepared, since their numbers can't be had back.
  /// - Complexity: reads the file's index, and no weights.
  public init(
    of url: URL, options: ModelOptions = .init(), mixed: MixedPrecision? = nil,
    prepared: Bool = false
  ) throws(RAMKitError) {
    let checkpoint = try Checkpoint(contentsOf: url)
    guard checkpoint.prepared == nil else {
      throw .unsuitablePreparation(
        path: checkpoint.path, reason: "nothing else can be made of them")
    }
    let configuration = try checkpoint.modelConfiguration(options: options)
    let labels = try options.requiredLabels(of: configuration, in: checkpoint)
    try configuration.check(labels.set, path: checkpoint.path)
    let requirements = configuration.requirements
    try mixed?.check(options.precision, requirements)
    let found = try checkpoint.resolve(requirements)
    weights = requirements.compactMap { requirement in
      guard let tensor = found[requirement.name].flatMap({ checkpoint.tensors[$0.name] }) else {
        return nil
      }
      let wanted = requirement.role.precision(in: options.precision)
      let precision =
        mixed?.precision(of: requirement, wanted: wanted)
        ?? checkpoint.precision(ofProduct: tensor.name, wanted: wanted)
      return Weight(name: requirement.name, tensor: tensor, type: precision.elementType)
    }
    source = ModelDescription(
      checkpoint: checkpoint, configuration: configuration, labels: labels,
      precision: options.precision)
    let used = Set(weights.map(\.tensor.name))
    omittedTensors = checkpoint.tensors.keys.filter { !used.contains($0) }.sorted()
    self.checkpoint = checkpoint
    self.configuration = configuration
    self.labels = labels.set
    precision = options.precision
    self.mixed = precision == .int8 ? mixed ?? checkpoint.carriedMixedPrecision : nil
    isPrepared = prepared
  }

  /// Writes the file, whole or not at all: it takes its name, in place of an older file, once all of
  /// it is on disk. Nothing is left behind after an error, or where the task was cancelled.
  ///
  /// - Parameters:
  ///   - url: where to; not the original itself.
  ///   - progress: is told how far it has come, every few megabytes, on a thread of RAMKit's own.
  /// - Returns: what the new file holds.
  /// - Throws: ``RAMKitError/unwritableFile(path:reason:)``,
  ///   ``RAMKitError/nonFiniteTensor(path:name:element:)`` for a NaN or an infinity among the
  ///   weights, or ``RAMKitError/cancelled``.
  /// - Complexity: two passes over the original, one of them for its SHA-256 digest; three to int8,
  ///   whose scales lie in front of the bytes. Holds a few megabytes of it in memory at a time; of a tensor
  ///   that does not lie in the file as it is (deflated, transposed), or that becomes bytes, all.
  @discardableResult
  public func write(
    to url: URL, progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws(RAMKitError) -> ModelDescription {
    try await write(to: url, temporaryFile: { _ in }, progress: progress)
  }
}

extension ModelConversion {
  /// As ``write(to:progress:)``; `temporaryFile` is told which file to remove where the process
  /// ends before this does.
  package func write(
    to url: URL, temporaryFile: @escaping @Sendable (String?) -> Void,
    progress: (@Sendable (Progress) -> Void)?
  ) async throws(RAMKitError) -> ModelDescription {
    typealias Outcome = Result<ModelDescription, RAMKitError>
    let run = ConversionRun(
      totalBytes: checkpoint.file.size + weights.reduce(0) { $0 + $1.tensor.byteCount },
      progress: progress)
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Swift's cooperative threads must not wait for disks.
        let thread = Thread {
          continuation.resume(
            returning: Outcome { () throws(RAMKitError) in
              try write(to: url, temporaryFile: temporaryFile, run: run)
            })
        }
        thread.name = "ramkit.conversion"
        thread.stackSize = 8 << 20
        thread.start()
      }
    } onCancel: {
      run.cancel()
    }.get()
  }

  private func write(
    to url: URL, temporaryFile: (String?) -> Void, run: ConversionRun
  ) throws(RAMKitError) -> ModelDescription {
    // A symbolic link stays one: what it leads to is replaced.
    let url = url.followingLinks
    let path = url.path(percentEncoded: false)
    if FileIdentity(path: path) == checkpoint.file.identity {
      throw .unwritableFile(path: path, reason: "it is the checkpoint itself; give another name")
    }
    // Tells right away whether a file can be written there at all.
    _ = try AtomicFile(replacing: url)
    try run.advance(by: 0)
    let digest = try checkpoint.file.digest { (count) throws(RAMKitError) in
      try run.advance(by: count)
    }
    let compute = try ComputeContext(threads: 1)
    let preparer = try preparer(compute)
    let writer = try SafetensorsWriter(
      url: url, entries: try entries(preparer),
      metadata: try metadata(digest: digest, prepared: preparer?.description))
    let weights = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0) })
    let converter = try WeightConverter(checkpoint: checkpoint, compute: compute)
    try writer.write(temporaryFile: temporaryFile) { (entry, sink) throws(RAMKitError) in
      func write(_ weight: Weight, to sink: SafetensorsWriter.Sink) throws(RAMKitError) {
        let tensor = weight.tensor
        try converter.write(tensor, as: weight.type, to: sink) { (count) throws(RAMKitError) in
          try run.advance(by: count * tensor.byteCount / max(1, tensor.elementCount))
        }
      }
      if let weight = weights[entry.name] {
        try write(weight, to: sink)
      } else if let name = PreparedWeights.name(storedAs: entry.name), let weight = weights[name] {
        // Makes sure of its numbers, such as that they are within bfloat16.
        try write(weight, to: { _ in })
        try preparer?.write(name, to: sink)
      } else if let name = Checkpoint.nameOfRows(scaledBy: entry.name), let weight = weights[name] {
        try converter.writeScales(of: weight.tensor, to: sink)
      }
    }
    return try ModelDescription(contentsOf: url, options: ModelOptions(precision: precision))
  }

  /// Nil where weights are stored as numbers.
  private func preparer(_ compute: ComputeContext) throws(RAMKitError) -> WeightPreparer? {
    guard isPrepared else { return nil }
    let kept = weights.filter { precision == .int8 && $0.type == .bfloat16 }
    return try WeightPreparer(
      checkpoint: MixedPrecisionSource(
        checkpoint, tensors: Set(kept.map(\.tensor.name)), precision: .bfloat16),
      requirements: configuration.requirements, precision: precision, compute: compute)
  }

  /// The file's tensors; a matrix of bytes is followed by its rows' scales.
  private func entries(
    _ preparer: WeightPreparer?
  ) throws(RAMKitError) -> [SafetensorsWriter.Entry] {
    let numbers = weights.filter { preparer?.prepares($0.name) != true }
    return try (preparer?.entries ?? [])
      + numbers.flatMap { weight in
        let shape = weight.tensor.shape
        let entry = SafetensorsWriter.Entry(
          name: weight.name, elementType: weight.type, shape: shape)
        guard weight.type == .int8 else { return [entry] }
        return [
          entry,
          SafetensorsWriter.Entry(
            name: Checkpoint.nameOfScales(ofRows: weight.name), elementType: .float32,
            shape: [shape.first ?? 1]),
        ]
      }
  }

  /// What the file says of itself, and all that the original said of itself and that still holds.
  private func metadata(
    digest: String, prepared: PreparedWeights?
  ) throws(RAMKitError) -> [String: String] {
    let conversion = ModelDescription.Conversion(
      source: URL(filePath: checkpoint.path).lastPathComponent,
      sourceFormat: checkpoint.formatName, sourceByteCount: checkpoint.file.size,
      sourceDigest: digest, sourceTypes: source.weights.map(\.type), precision: precision,
      ramkitVersion: ramkitVersion)
    var metadata = FileMetadata.kept(of: checkpoint)
    metadata[FileMetadata.format] = FileMetadata.formatName
    metadata[FileMetadata.formatVersion] =
      "\(prepared == nil ? FileMetadata.formatVersionOfNumbers : FileMetadata.formatVersionOfPreparedWeights)"
    metadata[FileMetadata.prepared] = try prepared?.json()
    metadata[FileMetadata.ramkitVersion] = ramkitVersion
    metadata[FileMetadata.precision] = precision.rawValue
    if prepared == nil, weights.contains(where: { $0.type == .int8 }) {
      metadata[Checkpoint.quantizationKey] = Checkpoint.rowQuantization
    }
    metadata[FileMetadata.mixedPrecision] = try mixed?.json()
    metadata[FileMetadata.labels] = String(
      decoding: try labels.jsonData(), as: UTF8.self)
    metadata[FileMetadata.conversions] = try ModelDescription.Conversion.json(
      source.conversions + [conversion])
    return metadata.merging(configuration.fileMetadata(labels: labels)) { $1 }
  }
}
