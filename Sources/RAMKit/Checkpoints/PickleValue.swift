/// What a pickle can hold, as far as a checkpoint's tensors need it.
///
/// Containers live in the machine's ``PickleHeap`` and are named by their index there, because a
/// pickle can nest them without end or make them contain themselves.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case string(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
  /// Something that is allowed to be there and that nothing is done with: floats, bytes that are no
  /// text, sets, huge integers, configuration objects, NumPy scalars.
  case inert

  var isGlobal: Bool { if case .global = self { true } else { false } }
}

/// The containers and tensors that a pickle built.
struct PickleHeap {
  /// The elements of tuples and lists.
  var sequences: [[PickleValue]] = []

  /// Keys and values in the order in which they were set; a later one replaces an earlier one.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []

  var count: Int { sequences.count + dictionaries.count + storages.count + tensors.count }

  /// The elements of a tuple or list; nil for anything else.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index), .list(let index): sequences[index]
    default: nil
    }
  }

  /// The whole numbers of a tuple or list, `limit` of them at most; nil for anything else.
  func integers(_ value: PickleValue, limit: Int) -> [Int]? {
    guard let elements = elements(value), elements.count <= limit else { return nil }
    var integers: [Int] = []
    for case .integer(let integer) in elements { integers.append(integer) }
    return integers.count == elements.count ? integers : nil
  }

  /// The members of a dictionary whose keys are strings; nil for anything else.
  func members(_ value: PickleValue) -> [String: PickleValue]? {
    guard case .dictionary(let index) = value else { return nil }
    var members: [String: PickleValue] = [:]
    for case (.string(let key), let value) in dictionaries[index] { members[key] = value }
    return members
  }
}

/// A persistent id: `('storage', class, key, location, element count)`.
struct PickledStorage: Equatable {
  /// The name of its record below `data/`.
  let key: String

  /// nil for an untyped storage, which counts bytes.
  let elementType: ElementType?
  let elementCount: Int
}

/// The arguments of a `torch._utils._rebuild_tensor...`, not yet checked against the storage.
struct PickledTensor {
  let storage: PickledStorage
  let elementType: ElementType
  let offset: Int

  /// Tuples, read only where the tensor is used: a hostile pickle can share a long one a million
  /// times.
  let shape: PickleValue
  let strides: PickleValue
}
