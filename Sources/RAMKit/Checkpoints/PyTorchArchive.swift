/// Reads a file of `torch.save` (since PyTorch 1.6): a zip archive of a pickle, `data.pkl`, and a
/// record for each storage, `data/KEY`. Only the records of tensors in the state dict are looked
/// at.
struct PyTorchArchive {
  private(set) var tensors: [String: CheckpointTensor] = [:]

  private let archive: ZipArchive

  /// The folder that all records lie in; PyTorch names it after the file.
  private let folder: String

  /// Official checkpoints need about 0.2 MB.
  private static let maximumPickleSize = 16 << 20

  /// Expanded tensors repeat elements of a smaller storage. Small ones are fine, such as position
  /// ids; a big one would let a file of a few bytes claim terabytes.
  private static let maximumExpandedSize = 64 << 20

  init(_ file: MappedFile) throws(CheckpointDefect) {
    archive = try ZipArchive(file)
    folder = try Self.folder(of: archive)
    try checkKind()
    guard let entry = archive.entries["\(folder)/data.pkl"] else {
      throw CheckpointDefect("its pickle is missing")
    }
    let pickle = try archive.contents(of: entry, limit: Self.maximumPickleSize)
    let (value, heap) = try PickleMachine.run(pickle)
    let found = try StateDictionary.tensors(in: value, heap: heap)
    guard found.count <= CheckpointTensor.maximumCount else {
      throw CheckpointDefect(
        "its state dict names more than \(CheckpointTensor.maximumCount) tensors")
    }
    var records: [String: Record] = [:]
    for (name, tensor) in found {
      do {
        tensors[name] = try place(tensor, name: name, heap: heap, records: &records)
      } catch {
        throw CheckpointDefect("tensor \(quoted(name)): \(error.reason)")
      }
    }
  }

  // MARK: - Kind

  private static func folder(of archive: ZipArchive) throws(CheckpointDefect) -> String {
    let folders = archive.entries.keys.filter { $0.hasSuffix("/data.pkl") }
      .map { $0.dropLast("/data.pkl".count) }
      .filter { !$0.contains("/") }
    guard folders.count == 1 else {
      throw CheckpointDefect(
        "it is a zip archive, but none of torch.save: FOLDER/data.pkl was found "
          + "\(folders.count) times in it")
    }
    return String(folders[0])
  }

  private func checkKind() throws(CheckpointDefect) {
    let isScript = archive.entries.keys.contains {
      $0 == "\(folder)/constants.pkl" || $0.hasPrefix("\(folder)/code/")
    }
    guard !isScript else {
      throw CheckpointDefect(
        "it is a TorchScript program, not a checkpoint; save its state dict instead: "
          + "torch.save(torch.jit.load(path).state_dict(), newPath)")
    }
    guard let entry = archive.entries["\(folder)/byteorder"] else { return }
    let order = try archive.contents(of: entry, limit: 64)
    guard order.elementsEqual("little".utf8) else {
      throw CheckpointDefect(
        "its byte order is \(quoted(String(decoding: order, as: UTF8.self))); only little-endian "
          + "checkpoints can be read; load and save it again on a little-endian machine")
    }
  }

  // MARK: - Tensors

  /// A storage's record, and what the pickle said about it first.
  private struct Record {
    let storage: PickledStorage
    let payload: ZipPayload
  }

  private func record(
    _ storage: PickledStorage, _ records: inout [String: Record]
  ) throws(CheckpointDefect) -> Record {
    if let known = records[storage.key] {
      guard known.storage == storage else {
        throw CheckpointDefect("storage \(quoted(storage.key)) is described in two ways")
      }
      return known
    }
    guard let entry = archive.entries["\(folder)/data/\(storage.key)"] else {
      throw CheckpointDefect("its storage \(quoted(storage.key)) is missing")
    }
    let bits = storage.elementType?.blockBits ?? 8
    let (claimed, overflow) = storage.elementCount.multipliedReportingOverflow(by: bits / 8)
    guard !overflow, claimed == entry.uncompressedSize else {
      throw CheckpointDefect(
        "its storage \(quoted(storage.key)) claims \(storage.elementCount) elements of \(bits) "
          + "bits, but has \(entry.uncompressedSize) bytes")
    }
    let record = Record(storage: storage, payload: try archive.payload(of: entry))
    records[storage.key] = record
    return record
  }

  private func place(
    _ tensor: PickledTensor, name: String, heap: PickleHeap, records: inout [String: Record]
  ) throws(CheckpointDefect) -> CheckpointTensor {
    guard let shape = heap.integers(tensor.shape, limit: CheckpointTensor.maximumRank),
      let strides = heap.integers(tensor.strides, limit: CheckpointTensor.maximumRank),
      shape.count == strides.count
    else { throw CheckpointDefect("it has no plain sizes and strides") }
    guard let size = CheckpointTensor.size(of: shape, elementType: tensor.elementType),
      let span = CheckpointTensor.span(of: shape, strides: strides)
    else { throw CheckpointDefect("shape \(shape) with strides \(strides) makes no sense") }
    let payload = try record(tensor.storage, &records).payload
    let elementBytes = tensor.elementType.blockBits / 8
    let (end, overflow) = tensor.offset.addingReportingOverflow(span)
    guard tensor.offset >= 0, !overflow, end <= payload.uncompressedSize / elementBytes else {
      throw CheckpointDefect(
        "shape \(shape) with strides \(strides) from element \(tensor.offset) reaches beyond its "
          + "storage of \(payload.uncompressedSize) bytes")
    }
    guard size.bytes <= max(payload.uncompressedSize, Self.maximumExpandedSize) else {
      throw CheckpointDefect("it expands \(payload.uncompressedSize) bytes to \(size.bytes)")
    }
    let range = tensor.offset * elementBytes..<end * elementBytes
    return CheckpointTensor(
      name: name, elementType: tensor.elementType, shape: shape, elementCount: size.elements,
      byteCount: size.bytes, storage: payload.storage(of: range),
      strides: CheckpointTensor.isContiguous(shape, strides: strides) ? nil : strides)
  }
}

extension ZipPayload {
  /// Where a range of the unpacked bytes lies.
  fileprivate func storage(of unpacked: Range<Int>) -> TensorStorage {
    guard !isDeflated else { return .deflated(self, unpacked) }
    let start = range.lowerBound
    return .mapped(start + unpacked.lowerBound..<start + unpacked.upperBound)
  }
}
