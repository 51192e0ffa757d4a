import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Small checkpoints that PyTorch and safetensors wrote: see README.md beside them.
enum CheckpointFixture {
  /// What a tensor of a fixture must be.
  struct Facts: Decodable {
    let dtype: String
    let shape: [Int]
    let bytes: String
  }

  static func url(_ name: String) throws -> URL {
    // Where a bundle's resources lie differs between platforms and build systems.
    let roots = [Bundle.module.bundleURL, Bundle.module.resourceURL].compactMap(\.self)
    let found = roots.map { $0.appendingPathComponent("Resources/Checkpoints/\(name)") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
    return try #require(found, "no fixture \(name)")
  }

  /// File name -> tensor name -> facts.
  static func expected() throws -> [String: [String: Facts]] {
    let data = try Data(contentsOf: url("tensors.json"))
    return try JSONDecoder().decode([String: [String: Facts]].self, from: data)
  }
}

extension Checkpoint {
  /// All bytes of a tensor.
  func bytes(of name: String) throws -> [UInt8] {
    let tensor = try #require(tensors[name])
    return try withBytes(of: tensor) { (bytes) throws(RAMKitError) in [UInt8](bytes) }
  }
}

/// Expects that `body` finds a checkpoint malformed, for a reason that has `part` in it; for any
/// reason where `part` is empty.
func expectMalformed<R>(
  _ part: String, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> R
) {
  do {
    _ = try body()
    Issue.record("nothing was thrown; expected: \(part)", sourceLocation: sourceLocation)
  } catch RAMKitError.malformedCheckpoint(_, let reason) {
    #expect(
      part.isEmpty || reason.contains(part), "\(comment?.description ?? "") \(part): \(reason)",
      sourceLocation: sourceLocation)
  } catch {
    Issue.record("another error: \(error)", sourceLocation: sourceLocation)
  }
}

/// A folder in which bytes become checkpoints.
struct CheckpointFolder {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func open(_ bytes: [UInt8]) throws -> Checkpoint {
    try Checkpoint(contentsOf: folder.write(bytes, to: "model"))
  }

  func open(_ entries: [ZipBuilder.Entry]) throws -> Checkpoint {
    try open(ZipBuilder(entries).build())
  }
}
