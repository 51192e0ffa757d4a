/// The classes and functions that a pickle may name. Any other name is an error, before anything is
/// done with it; and those that are allowed are only ever recognised, never looked up or called.
enum PickleGlobal: Equatable {
  case dictionary
  case size
  case rebuildTensor
  case rebuildTensorWithType
  case rebuildParameter
  case rebuildFromType
  /// A storage's class; nil for an untyped one.
  case storage(ElementType?)
  case elementType(ElementType)
  /// A class whose instances carry settings, not weights: ``PickleValue/inert``.
  case inert

  init?(module: String, name: String) {
    let global = "\(module).\(name)"
    if let known = Self.known[global] {
      self = known
    } else if Self.inertNames.contains(global) {
      self = .inert
    } else if let type = Self.storageType(module: module, name: name) {
      self = .storage(type)
    } else if module == "torch", let type = Self.elementTypes[name] {
      self = .elementType(type)
    } else {
      return nil
    }
  }

  // MARK: - Names

  private static let known: [String: PickleGlobal] = [
    "collections.OrderedDict": .dictionary,
    "collections.defaultdict": .dictionary,
    "builtins.dict": .dictionary,
    "__builtin__.dict": .dictionary,
    "torch.Size": .size,
    "torch._utils._rebuild_tensor": .rebuildTensor,
    "torch._utils._rebuild_tensor_v2": .rebuildTensor,
    "torch._utils._rebuild_tensor_v3": .rebuildTensorWithType,
    "torch._utils._rebuild_parameter": .rebuildParameter,
    "torch._utils._rebuild_parameter_with_state": .rebuildParameter,
    "torch._tensor._rebuild_from_type_v2": .rebuildFromType,
    "torch.storage.UntypedStorage": .storage(nil),
    "torch.UntypedStorage": .storage(nil),
  ]

  /// What training scripts keep beside the weights.
  private static let inertNames: Set<String> = {
    let builtins = [
      "bool", "bytearray", "bytes", "complex", "float", "frozenset", "int", "list", "set", "str",
    ]
    let others = [
      "_codecs.encode",
      "argparse.Namespace",
      "types.SimpleNamespace",
      "easydict.EasyDict",
      "yacs.config.CfgNode",
      "collections.Counter",
      "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath",
      "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
      "torch.device", "torch.Tensor", "torch._tensor.Tensor",
      "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer",
      "numpy.dtype", "numpy.ndarray",
      "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
      "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
      "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
    ]
    return Set(others + builtins.flatMap { ["builtins.\($0)", "__builtin__.\($0)"] })
  }()

  /// PyTorch's name of each type, and what its storage classes are called.
  private static let types: [(name: String, storage: String?, type: ElementType)] = [
    ("float64", "Double", .float64), ("float32", "Float", .float32),
    ("float16", "Half", .float16), ("bfloat16", "BFloat16", .bfloat16),
    ("int64", "Long", .int64), ("int32", "Int", .int32), ("int16", "Short", .int16),
    ("int8", "Char", .int8), ("uint8", "Byte", .uint8), ("bool", "Bool", .bool),
    unsupported("complex64", "ComplexFloat", 64), unsupported("complex128", "ComplexDouble", 128),
    unsupported("quint8", "QUInt8", 8), unsupported("qint8", "QInt8", 8),
    unsupported("qint32", "QInt32", 32),
    unsupported("uint16", nil, 16), unsupported("uint32", nil, 32), unsupported("uint64", nil, 64),
    unsupported("float8_e4m3fn", nil, 8), unsupported("float8_e5m2", nil, 8),
    unsupported("float8_e4m3fnuz", nil, 8), unsupported("float8_e5m2fnuz", nil, 8),
    unsupported("float8_e8m0fnu", nil, 8),
  ]

  private static let elementTypes = Dictionary(
    uniqueKeysWithValues: types.map { ($0.name, $0.type) })

  private static func storageType(module: String, name: String) -> ElementType? {
    guard ["torch", "torch.cuda"].contains(module), name.hasSuffix("Storage") else { return nil }
    return types.first { $0.storage == String(name.dropLast("Storage".count)) }?.type
  }

  private static func unsupported(
    _ name: String, _ storage: String?, _ bits: Int
  ) -> (String, String?, ElementType) {
    (name, storage, .unsupported(name: name, bits: bits))
  }
}
