/// Reads a pickle (protocols 2 to 5) that holds tensors, and can do nothing else.
///
/// A pickle is a program for a stack machine. This machine knows the opcodes that build plain data,
/// and a fixed list of names (``PickleGlobal``) by which it recognises tensors; it holds no code
/// that such a program could reach. Its stack, memo and heap are bounded, and every opcode costs
/// time in proportion to the bytes or values that it takes.
struct PickleMachine {
  private(set) var heap = PickleHeap()

  private var cursor: ByteCursor
  private var stack: [PickleValue] = []

  /// Heights of the stack at which MARK was met.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// Bounds on the values that the stack, the memo and the heap can each hold; a checkpoint with
  /// 10,000 tensors and an optimizer's state needs a tenth of it.
  private static let maximumCount = 1 << 20

  /// Runs `pickle` and returns what it leaves, with the heap that it refers to.
  static func run(
    _ pickle: [UInt8]
  ) throws(CheckpointDefect) -> (value: PickleValue, heap: PickleHeap) {
    var machine = PickleMachine(cursor: ByteCursor(pickle))
    do {
      let value = try machine.run()
      return (value, machine.heap)
    } catch {
      throw CheckpointDefect("its pickle, near byte \(machine.cursor.position): \(error.reason)")
    }
  }

  private init(cursor: ByteCursor) { self.cursor = cursor }

  private mutating func run() throws(CheckpointDefect) -> PickleValue {
    while let byte = cursor.next() {
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw CheckpointDefect(
          "opcode 0x\(String(byte, radix: 16)) is none that tensors of protocols 2 to 5 need")
      }
      if opcode == .stop {
        guard cursor.remaining == 0 else { throw CheckpointDefect("bytes behind its end") }
        return try pop()
      }
      try execute(opcode)
      guard stack.count + marks.count <= Self.maximumCount, memo.count <= Self.maximumCount,
        heap.count <= Self.maximumCount
      else { throw CheckpointDefect("more than \(Self.maximumCount) values") }
    }
    throw CheckpointDefect("it ends early")
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(CheckpointDefect) {
    switch opcode {
    case .stop: return
    case .proto:
      guard let version = cursor.next(), (2...5).contains(version) else {
        throw CheckpointDefect("a protocol other than 2 to 5")
      }
    case .frame:
      guard let length = cursor.unsigned(8), length <= UInt64(cursor.remaining) else {
        throw CheckpointDefect("a frame that is cut short")
      }
    case .mark: marks.append(stack.count)
    case .pop:
      // In Python's pickle, POP takes a mark where one is on top.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popMark()
    case .dup: stack.append(try top())
    case .none: stack.append(.none)
    case .newTrue: stack.append(.boolean(true))
    case .newFalse: stack.append(.boolean(false))
    case .binInt, .binInt1, .binInt2, .long1, .long4, .binFloat: try pushNumber(opcode)
    case .shortBinUnicode: try pushString(lengthBytes: 1)
    case .binUnicode: try pushString(lengthBytes: 4)
    case .binUnicode8: try pushString(lengthBytes: 8)
    case .shortBinBytes, .shortBinString: try pushBytes(lengthBytes: 1)
    case .binBytes, .binString: try pushBytes(lengthBytes: 4)
    case .binBytes8, .byteArray8: try pushBytes(lengthBytes: 8)
    case .emptyTuple: pushTuple([])
    case .tuple1: pushTuple(try pop(1))
    case .tuple2: pushTuple(try pop(2))
    case .tuple3: pushTuple(try pop(3))
    case .tuple: pushTuple(try popMark())
    case .emptyList: pushList([])
    case .list: pushList(try popMark())
    case .append: try appendToList(try pop(1))
    case .appends: try appendToList(try popMark())
    case .emptyDictionary: pushDictionary()
    case .dictionary:
      let items = try popMark()
      pushDictionary()
      try setItems(items)
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popMark())
    case .emptySet: stack.append(.inert)
    case .addItems:
      _ = try popMark()
      guard case .inert = try top() else { throw CheckpointDefect("items for what is no set") }
    case .frozenSet:
      _ = try popMark()
      stack.append(.inert)
    case .global, .stackGlobal: try pushGlobal(opcode)
    case .reduce, .newObject: try construct(keywords: false)
    case .newObjectWithKeywords: try construct(keywords: true)
    case .build: try build()
    case .binPut, .longBinPut, .memoize: try remember(opcode)
    case .binGet, .longBinGet: try recall(opcode)
    case .persistentID: try pushStorage()
    }
  }

  // MARK: - Stack

  private func top() throws(CheckpointDefect) -> PickleValue {
    guard let value = stack.last, stack.count > (marks.last ?? 0) else {
      throw CheckpointDefect("it takes a value from an empty stack")
    }
    return value
  }

  private mutating func pop() throws(CheckpointDefect) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// The top `count` values, the topmost one last.
  private mutating func pop(_ count: Int) throws(CheckpointDefect) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw CheckpointDefect("it takes a value from an empty stack")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  /// The values above the last mark, which is taken away.
  private mutating func popMark() throws(CheckpointDefect) -> [PickleValue] {
    guard let height = marks.popLast() else { throw CheckpointDefect("it lacks a mark") }
    defer { stack.removeSubrange(height...) }
    return Array(stack[height...])
  }

  // MARK: - Memo

  private mutating func remember(_ opcode: PickleOpcode) throws(CheckpointDefect) {
    let key: UInt64? =
      switch opcode {
      case .binPut: cursor.unsigned(1)
      case .longBinPut: cursor.unsigned(4)
      default: UInt64(memo.count)
      }
    guard let key else { throw CheckpointDefect("it ends early") }
    memo[Int(key)] = try top()
  }

  private mutating func recall(_ opcode: PickleOpcode) throws(CheckpointDefect) {
    guard let key = cursor.unsigned(opcode == .binGet ? 1 : 4) else {
      throw CheckpointDefect("it ends early")
    }
    guard let value = memo[Int(key)] else {
      throw CheckpointDefect("it recalls value \(key), which it never stored")
    }
    stack.append(value)
  }

  // MARK: - Plain values

  private mutating func pushNumber(_ opcode: PickleOpcode) throws(CheckpointDefect) {
    let number: PickleValue? =
      switch opcode {
      case .binInt: cursor.unsigned(4).map { .integer(Int(Int32(truncatingIfNeeded: $0))) }
      case .binInt1: cursor.unsigned(1).map { .integer(Int($0)) }
      case .binInt2: cursor.unsigned(2).map { .integer(Int($0)) }
      case .long1: long(lengthBytes: 1)
      case .long4: long(lengthBytes: 4)
      default: cursor.take(8).map { _ in .inert }
      }
    guard let number else { throw CheckpointDefect("a number that is cut short") }
    stack.append(number)
  }

  /// A two's complement number of any length; beyond 64 bits it serves no tensor.
  private mutating func long(lengthBytes: Int) -> PickleValue? {
    guard let length = cursor.unsigned(lengthBytes), let bytes = cursor.take(Int(length)) else {
      return nil
    }
    guard bytes.count <= 8 else { return .inert }
    let sign: UInt64 = (bytes.last ?? 0) & 0x80 != 0 ? .max : 0
    let bits = bytes.reversed().reduce(sign) { $0 << 8 | UInt64($1) }
    return .integer(Int(Int64(bitPattern: bits)))
  }

  private mutating func payload(lengthBytes: Int) throws(CheckpointDefect) -> ArraySlice<UInt8> {
    guard let length = cursor.unsigned(lengthBytes), let length = Int(exactly: length),
      let bytes = cursor.take(length)
    else { throw CheckpointDefect("a string that is cut short") }
    return bytes
  }

  private mutating func pushString(lengthBytes: Int) throws(CheckpointDefect) {
    let bytes = try payload(lengthBytes: lengthBytes)
    guard let text = strictUTF8(bytes) else {
      throw CheckpointDefect("a string that is not UTF-8")
    }
    stack.append(.string(text))
  }

  /// Bytes, and what Python 2 wrote as `str`: names where they are UTF-8, inert where they are not.
  private mutating func pushBytes(lengthBytes: Int) throws(CheckpointDefect) {
    let bytes = try payload(lengthBytes: lengthBytes)
    stack.append(strictUTF8(bytes).map { .string($0) } ?? .inert)
  }

  // MARK: - Containers

  private mutating func pushTuple(_ elements: [PickleValue]) {
    heap.sequences.append(elements)
    stack.append(.tuple(heap.sequences.count - 1))
  }

  private mutating func pushList(_ elements: [PickleValue]) {
    heap.sequences.append(elements)
    stack.append(.list(heap.sequences.count - 1))
  }

  private mutating func pushDictionary() {
    heap.dictionaries.append([])
    stack.append(.dictionary(heap.dictionaries.count - 1))
  }

  private mutating func appendToList(_ elements: [PickleValue]) throws(CheckpointDefect) {
    switch try top() {
    case .list(let index): heap.sequences[index].append(contentsOf: elements)
    case .inert: return
    default: throw CheckpointDefect("elements for what is no list")
    }
  }

  private mutating func setItems(_ items: [PickleValue]) throws(CheckpointDefect) {
    guard items.count % 2 == 0 else { throw CheckpointDefect("a key without a value") }
    switch try top() {
    case .dictionary(let index):
      for item in stride(from: 0, to: items.count, by: 2) {
        heap.dictionaries[index].append((items[item], items[item + 1]))
      }
    case .inert: return
    default: throw CheckpointDefect("keys and values for what is no dictionary")
    }
  }

  // MARK: - Names and objects

  private mutating func pushGlobal(_ opcode: PickleOpcode) throws(CheckpointDefect) {
    let module: String
    let name: String
    if opcode == .global {
      guard let first = cursor.take(through: 0x0A).flatMap(strictUTF8),
        let second = cursor.take(through: 0x0A).flatMap(strictUTF8)
      else { throw CheckpointDefect("a name that is cut short") }
      (module, name) = (first, second)
    } else {
      let pair = try pop(2)
      guard case .string(let first) = pair[0], case .string(let second) = pair[1] else {
        throw CheckpointDefect("a name that is no string")
      }
      (module, name) = (first, second)
    }
    guard let global = PickleGlobal(module: module, name: name) else {
      throw CheckpointDefect(
        "it asks for \(quoted("\(module).\(name)")), which is none of the plain data that RAMKit "
          + "reads; nothing was run. Save the state dict alone, as tensors")
    }
    stack.append(.global(global))
  }

  /// REDUCE, NEWOBJ and NEWOBJ_EX: a recognised function or class, and its arguments.
  private mutating func construct(keywords: Bool) throws(CheckpointDefect) {
    if keywords { _ = try pop() }
    let arguments = try pop()
    guard case .global(let global) = try pop(), let arguments = heap.elements(arguments) else {
      throw CheckpointDefect("it calls what is no class or function")
    }
    try construct(global, arguments, depth: 0)
  }

  private mutating func construct(
    _ global: PickleGlobal, _ arguments: [PickleValue], depth: Int
  ) throws(CheckpointDefect) {
    switch global {
    case .dictionary:
      // A defaultdict's only argument is a class; other arguments would be contents.
      guard arguments.count <= 1, arguments.allSatisfy(\.isGlobal) else {
        throw CheckpointDefect("a dictionary that is built from arguments")
      }
      pushDictionary()
    case .size:
      guard let sizes = arguments.first,
        let sizes = heap.integers(sizes, limit: CheckpointTensor.maximumRank)
      else { throw CheckpointDefect("a torch.Size without its sizes") }
      pushTuple(sizes.map { .integer($0) })
    case .rebuildTensor, .rebuildTensorWithType:
      heap.tensors.append(try PickledTensor(arguments, of: global, heap: heap))
      stack.append(.tensor(heap.tensors.count - 1))
    case .rebuildParameter:
      guard case .tensor? = arguments.first else {
        throw CheckpointDefect("a parameter without its tensor")
      }
      stack.append(arguments[0])
    case .rebuildFromType:
      // (function, class, its arguments, attributes)
      guard arguments.count >= 3, case .global(let function) = arguments[0],
        let inner = heap.elements(arguments[2]), depth == 0
      else { throw CheckpointDefect("a tensor's class without the tensor") }
      try construct(function, inner, depth: depth + 1)
    case .inert: stack.append(.inert)
    case .storage, .elementType: throw CheckpointDefect("it calls a storage class or a type")
    }
  }

  /// BUILD sets attributes; on dictionaries (`_metadata`), tensors and settings they say nothing of
  /// the weights.
  private mutating func build() throws(CheckpointDefect) {
    _ = try pop()
    switch try top() {
    case .dictionary, .tensor, .inert: return
    default: throw CheckpointDefect("attributes for what can have none")
    }
  }

  private mutating func pushStorage() throws(CheckpointDefect) {
    guard let parts = heap.elements(try pop()), parts.count == 5,
      case .string("storage") = parts[0], case .global(.storage(let type)) = parts[1],
      case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw CheckpointDefect("a persistent id that is no storage") }
    heap.storages.append(PickledStorage(key: key, elementType: type, elementCount: count))
    stack.append(.storage(heap.storages.count - 1))
  }
}

extension PickledTensor {
  /// `(storage, offset, size, stride, ...)`, with the element type at index 6 in version 3.
  fileprivate init(
    _ arguments: [PickleValue], of global: PickleGlobal, heap: PickleHeap
  ) throws(CheckpointDefect) {
    guard arguments.count >= 4, case .storage(let index) = arguments[0],
      case .integer(let offset) = arguments[1]
    else { throw CheckpointDefect("a tensor without a storage, offset, size and strides") }
    storage = heap.storages[index]
    if global == .rebuildTensorWithType {
      guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else {
        throw CheckpointDefect("a tensor without its type")
      }
      elementType = type
    } else {
      elementType = storage.elementType ?? .uint8
    }
    self.offset = offset
    shape = arguments[2]
    strides = arguments[3]
  }
}
