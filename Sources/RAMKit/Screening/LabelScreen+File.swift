#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension LabelScreen {
  /// The word that every screen's file carries under "format".
  public static let formatName = "ramkit-label-screen"

  /// The version of the format that this code writes, and the newest that it reads.
  public static let formatVersion = 1

  /// What a file says beside its tensors.
  private struct Facts: Codable {
    var risk: Double
    var photoCount: Int
    var margin: Float
    var askedShare: Double
    var subject: Subject
  }

  /// Writes a safetensors file, whole or not at all.
  ///
  /// - Throws: ``RAMKitError/unwritableFile(path:reason:)``.
  /// - Complexity: as many float32 numbers as labels times the width of a token, 9 MB for an official RAM.
  public func write(to url: URL) throws(RAMKitError) {
    let facts = Facts(
      risk: risk, photoCount: photoCount, margin: margin, askedShare: askedShare, subject: subject)
    guard let json = try? JSONEncoder().encode(facts) else {
      throw .internalFault(reason: "a label screen could not be written as JSON")
    }
    let tensors = ["weights": estimate.weights, "offsets": estimate.offsets]
    let entries = tensors.map {
      SafetensorsWriter.Entry(
        name: $0.key, elementType: .float32, shape: [$0.value.rows, $0.value.columns])
    }
    let metadata = [
      "format": Self.formatName, "version": "\(Self.formatVersion)",
      "screen": String(decoding: json, as: UTF8.self),
    ]
    try SafetensorsWriter(url: url, entries: entries, metadata: metadata).write {
      (entry, sink) throws(RAMKitError) in
      try tensors[entry.name]?.withBytes { (bytes) throws(RAMKitError) in try sink(bytes) }
    }
  }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// - Throws: ``RAMKitError/malformedCheckpoint(path:reason:)`` where it is no such file, and what
  ///   reading a file throws.
  public init(contentsOf url: URL) throws(RAMKitError) {
    let file = try Checkpoint(contentsOf: url)
    func defect(_ reason: String) -> RAMKitError {
      .malformedCheckpoint(path: file.path, reason: reason)
    }
    guard file.metadata["format"] == Self.formatName else {
      throw defect("it is no label screen, as `ramkit screen` writes them")
    }
    guard file.metadata["version"] == "\(Self.formatVersion)" else {
      throw defect("this RAMKit reads version \(Self.formatVersion) of label screens")
    }
    guard let json = file.metadata["screen"],
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(json.utf8)),
      facts.margin >= 0, (0...1).contains(facts.risk)
    else { throw defect("what it says of its label screen can't be read") }
    guard let weights = try file.floatMatrix("weights"),
      let offsets = try file.floatMatrix("offsets"),
      weights.rows == facts.subject.labelCount,
      offsets.rows == weights.rows, offsets.columns == 1
    else { throw defect("the numbers of its label screen do not fit") }
    self.init(
      risk: facts.risk, photoCount: facts.photoCount, margin: facts.margin,
      askedShare: facts.askedShare, subject: facts.subject,
      estimate: LabelEstimate(weights: weights, offsets: offsets))
  }
}

extension Checkpoint {
  /// A float32 matrix, infinities and all; nil where there is none of this name.
  fileprivate func floatMatrix(_ name: String) throws(RAMKitError) -> Matrix? {
    guard let tensor = tensors[name], tensor.elementType == .float32, tensor.shape.count == 2
    else { return nil }
    return try withBytes(of: tensor) { (bytes) throws(RAMKitError) in
      try Matrix(
        rows: tensor.shape[0], columns: tensor.shape[1],
        values: Array(bytes.bindMemory(to: Float.self)))
    }
  }
}
