import Foundation
import RAMKit

extension Fuzzer {
  private static let checkpoints = "Checkpoints"

  /// Whole files of `torch.save`: zip directories, entries, deflate, and the pickle within.
  static let zip = Fuzzer(
    "zip", seeds: [Seeds(folder: checkpoints, suffix: ".pth")], repair: Repair.zip
  ) { (bytes) throws(Violation) in
    guard bytes.starts(with: "PK".utf8) else { return false }
    try CheckpointCheck.run(bytes)
    return true
  }

  /// The pickle alone, in an archive whose storages 0 to 7 have 4, 8, ... 512 bytes.
  static let pickle = Fuzzer("pickle") { (bytes) throws(Violation) in
    try CheckpointCheck.run(PickleArchive.bytes(pickle: bytes))
    return true
  }

  static let safetensors = Fuzzer(
    "safetensors", seeds: [Seeds(folder: checkpoints, suffix: ".safetensors")],
    repair: Repair.safetensors
  ) { (bytes) throws(Violation) in
    guard bytes.count >= 9, bytes[8] == UInt8(ascii: "{") else { return false }
    try CheckpointCheck.run(bytes)
    return true
  }

  static let gguf = Fuzzer(
    "gguf", seeds: [Seeds(folder: checkpoints, suffix: ".gguf")]
  ) { (bytes) throws(Violation) in
    guard bytes.starts(with: "GGUF".utf8) else { return false }
    try CheckpointCheck.run(bytes)
    return true
  }

  /// Sizes of tensors, a line `NAME SIZE SIZE ...` each, and values of metadata, `=KEY VALUE`: what
  /// models are told by. They come as a GGUF file whose tensors are of a type that has no bytes.
  static let shapes = Fuzzer("shapes") { (bytes) throws(Violation) in
    // Whoever names the labels spares each run the reading of thousands of official ones.
    try CheckpointCheck.run(ShapeList.gguf(bytes), labels: someLabels)
    return true
  }

  private static let someLabels = try? LabelSet(
    name: "five", labels: (0..<5).map { Label("label \($0)") })
}

/// What has to hold for each file that is taken for a checkpoint.
enum CheckpointCheck {
  static func run(
    _ bytes: some Collection<UInt8>, labels: LabelSet? = nil
  ) throws(Violation) {
    try withFile(of: bytes) { (url) throws(Violation) in
      let checkpoint: Checkpoint
      do throws(RAMKitError) {
        checkpoint = try Checkpoint(contentsOf: url)
      } catch {
        guard case .malformedCheckpoint(_, let reason) = error, !reason.isEmpty else {
          throw Violation("a checkpoint that can't be opened is malformed: \(error)")
        }
        return
      }
      try describe(url, labels: labels)
      for tensor in checkpoint.tensors.values {
        try checkPlace(of: tensor, fileSize: bytes.count)
      }
      try read(checkpoint)
      try checkPrepared(checkpoint)
    }
  }

  /// What kernels are handed lies within its tensor, whole.
  private static func checkPrepared(_ checkpoint: Checkpoint) throws(Violation) {
    for name in (checkpoint.prepared?.tensors ?? [:]).keys {
      do throws(RAMKitError) {
        // Every machine has these kernels, so seeds are as good everywhere.
        let compute = try ComputeContext(forcing: "generic", threads: 1)
        guard let matrix = try checkpoint.preparedMatrix(of: name, compute: compute),
          let stored = checkpoint.mappedBytes(of: "\(name).prepared", as: .uint8)
        else { throw .internalFault(reason: "'\(name)' is prepared, and not there") }
        try matrix.withBytes(compute: compute) { (bytes) throws(RAMKitError) in
          guard bytes.baseAddress == stored.bytes.baseAddress, bytes.count <= stored.bytes.count,
            Int(bitPattern: bytes.baseAddress) % 64 == 0
          else { throw .internalFault(reason: "'\(name)' is read where it does not lie") }
        }
      } catch .malformedCheckpoint {
        continue
      } catch {
        throw Violation("a prepared matrix can be used, or is malformed: \(error)")
      }
    }
  }

  /// Whatever is no model is told apart without a fault.
  private static func describe(_ url: URL, labels: LabelSet?) throws(Violation) {
    do throws(RAMKitError) {
      _ = try ModelDescription(contentsOf: url, options: ModelOptions(labels: labels))
    } catch .internalFault(let reason) {
      throw Violation("no file causes a fault: \(reason)")
    } catch {}
  }

  /// Every byte of a tensor lies in the file, and its sizes multiply to what it says.
  private static func checkPlace(
    of tensor: CheckpointTensor, fileSize: Int
  ) throws(Violation) {
    var count = 1
    for size in tensor.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      try require(size >= 0 && !overflow, "the sizes \(tensor.shape) can be multiplied")
      count = product
    }
    try require(count == tensor.elementCount, "\(tensor.shape) holds \(tensor.elementCount)")
    switch tensor.storage {
    case .mapped(let range):
      try require(
        range.lowerBound >= 0 && range.upperBound <= fileSize, "\(range) is in \(fileSize) bytes")
      try require(
        tensor.strides != nil || range.count == tensor.byteCount,
        "\(range) is \(tensor.byteCount) bytes long")
    case .deflated(let payload, let range):
      try require(
        payload.range.lowerBound >= 0 && payload.range.upperBound <= fileSize,
        "\(payload.range) is in \(fileSize) bytes")
      try require(
        range.lowerBound >= 0 && range.upperBound <= payload.uncompressedSize,
        "\(range) is in \(payload.uncompressedSize) unpacked bytes")
      try require(
        payload.uncompressedSize / 1032 <= payload.range.count,
        "\(payload.range.count) bytes can unpack to \(payload.uncompressedSize)")
    }
  }

  /// Reads tensors as long as they are small: all at once, and in pieces, which give the same.
  private static func read(_ checkpoint: Checkpoint) throws(Violation) {
    var budget = 1 << 20
    for tensor in checkpoint.tensors.values where tensor.elementType.isReadable {
      budget -= 4096 + tensor.byteCount + unpackedSize(of: tensor)
      guard budget >= 0 else { return }
      do throws(RAMKitError) {
        let whole = try checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) in
          [UInt8](bytes)
        }
        var pieces: [UInt8] = []
        try checkpoint.forEachPiece(of: tensor) { (bytes, _) throws(RAMKitError) in
          pieces += bytes
        }
        try requireEqual(whole, pieces, of: tensor)
      } catch .malformedCheckpoint {
        // Deflated bytes are looked at no sooner than they are needed.
        continue
      } catch {
        throw Violation("a tensor that was listed can be read: \(error)")
      }
    }
    try writeAgain(checkpoint)
  }

  private static func requireEqual(
    _ whole: [UInt8], _ pieces: [UInt8], of tensor: CheckpointTensor
  ) throws(RAMKitError) {
    guard whole.count == tensor.byteCount, whole == pieces else {
      throw .internalFault(reason: "pieces of '\(tensor.name)' differ from the whole")
    }
  }

  /// A deflated tensor's pieces cost what lies before them, too.
  private static func unpackedSize(of tensor: CheckpointTensor) -> Int {
    if case .deflated(let payload, _) = tensor.storage { payload.uncompressedSize } else { 0 }
  }

  /// What is written as safetensors is read as the same tensors.
  private static func writeAgain(_ checkpoint: Checkpoint) throws(Violation) {
    let tensors = checkpoint.tensors.values.filter { tensor in
      ElementType(safetensorsName: tensor.elementType.safetensorsName) == tensor.elementType
        && tensor.elementType.isReadable && tensor.name != "__metadata__"
    }
    // Prefixes of data-parallel training are taken off as often as a file is read.
    // Prepared matrices would have to stay where they are.
    guard !tensors.isEmpty, tensors.count < 100, tensors.contains(where: { !$0.isPrefixed }),
      checkpoint.prepared == nil
    else { return }
    try withFile(of: []) { (url) throws(Violation) in
      do throws(RAMKitError) {
        let writer = try SafetensorsWriter(
          url: url,
          entries: tensors.map {
            .init(name: $0.name, elementType: $0.elementType, shape: $0.shape)
          }, metadata: checkpoint.metadata)
        try writer.write { (entry, sink) throws(RAMKitError) in
          if let tensor = checkpoint.tensors[entry.name] {
            try checkpoint.withBytes(of: tensor) { (bytes) throws(RAMKitError) in try sink(bytes) }
          }
        }
        try compare(try Checkpoint(contentsOf: url), with: checkpoint, names: tensors.map(\.name))
      } catch .malformedCheckpoint(let path, let reason) where path == checkpoint.path {
        _ = reason  // deflated bytes that turn out to be damaged
      } catch {
        throw Violation("what was read can be written and read again: \(error)")
      }
    }
  }

  private static func compare(
    _ copy: Checkpoint, with original: Checkpoint, names: [String]
  ) throws(RAMKitError) {
    guard copy.metadata == original.metadata, Set(copy.tensors.keys) == Set(names) else {
      throw .internalFault(reason: "the copy's names or metadata differ")
    }
    for name in names {
      guard let one = original.tensors[name], let other = copy.tensors[name] else { continue }
      let a = try original.withBytes(of: one) { (bytes) throws(RAMKitError) in [UInt8](bytes) }
      let b = try copy.withBytes(of: other) { (bytes) throws(RAMKitError) in [UInt8](bytes) }
      guard a == b, one.shape == other.shape, one.elementType == other.elementType else {
        throw .internalFault(reason: "the copy's tensor '\(name)' differs")
      }
    }
  }
}

extension CheckpointTensor {
  fileprivate var isPrefixed: Bool { name.hasPrefix("module.") }
}
