/// Finds a model's tensors in what a training script saved.
enum StateDictionary {
  /// The keys below which scripts keep the model, in the order in which they are tried.
  private static let modelKeys = ["model", "state_dict"]

  /// The name under which a tensor that was saved alone, such as label embeddings, is listed.
  static let loneTensorName = "tensor"

  /// The tensors of the dictionary below `model` or `state_dict`, else of the top level; or a
  /// tensor that was saved alone, as `tensor`. Values that are no tensors are passed over.
  static func tensors(
    in value: PickleValue, heap: PickleHeap
  ) throws(CheckpointDefect) -> [String: PickledTensor] {
    if case .tensor(let index) = value { return [loneTensorName: heap.tensors[index]] }
    guard let members = heap.members(value) else {
      throw CheckpointDefect("it holds no state dict: its top level is no dictionary")
    }
    for key in modelKeys {
      guard let model = members[key].flatMap(heap.members) else { continue }
      let inner = onlyTensors(of: model, heap: heap)
      if !inner.isEmpty { return inner }
    }
    let tensors = onlyTensors(of: members, heap: heap)
    guard !tensors.isEmpty else {
      let keys = members.keys.sorted().prefix(8).map { quoted($0) }.joined(separator: ", ")
      throw CheckpointDefect("it holds no state dict: its top level has the keys \(keys)")
    }
    return tensors
  }

  private static func onlyTensors(
    of members: [String: PickleValue], heap: PickleHeap
  ) -> [String: PickledTensor] {
    members.compactMapValues { value in
      if case .tensor(let index) = value { heap.tensors[index] } else { nil }
    }
  }

  /// The tensors without the `module.` that data-parallel training puts before every name.
  static func withoutParallelPrefix(
    _ tensors: [String: CheckpointTensor]
  ) -> [String: CheckpointTensor] {
    let prefix = "module."
    let isOnAll = tensors.keys.allSatisfy { $0.hasPrefix(prefix) && $0 != prefix }
    guard isOnAll else { return tensors }
    var stripped: [String: CheckpointTensor] = [:]
    for (name, tensor) in tensors {
      let short = String(name.dropFirst(prefix.count))
      stripped[short] = tensor.renamed(short)
    }
    return stripped
  }
}
