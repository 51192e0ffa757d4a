import CRAMKernels
import Testing
import _RAMKitTestSupport

/// RAM++'s queries: descriptions weighted by how well they fit the photo.
@Suite struct DescriptionReweightingTests {
  /// How descriptions are stored.
  enum Storage: CaseIterable, Sendable {
    case float32, bfloat16

    var precision: ramk_precision { self == .float32 ? RAMK_FLOAT32 : RAMK_BFLOAT16 }
  }

  struct Problem {
    var groups: Int
    var count: Int
    var width: Int
    /// [groups · count, width], as they are once stored.
    var rows: [Float]
    var image: [Float]
    var scale: Float
    /// Whose descriptions each output takes; nil: all, in order.
    var selection: [Int]?

    init(
      groups: Int, count: Int, width: Int, scale: Float = 14.3, seed: UInt64 = 1,
      nasty: Bool = false, _ storage: Storage
    ) {
      var generator = SeededGenerator(seed: seed)
      (self.groups, self.count, self.width, self.scale) = (groups, count, width, scale)
      let numbers =
        nasty
        ? generator.nastyRows(groups * count, width, largest: 10)
        : generator.floats(groups * count * width)
      rows = storage == .float32 ? numbers : numbers.map(DescriptionReweightingTests.shortened)
      image = generator.floats(width, magnitude: 3)
    }

    var labels: Int { selection?.count ?? groups }
  }

  /// The bfloat16 with the same first bits.
  static func shortened(_ x: Float) -> Float { Float(bitPattern: x.bitPattern & 0xFFFF_0000) }

  /// The descriptions in fenced memory, a row every `stride` elements.
  static func stored(_ problem: Problem, stride: Int, _ storage: Storage) -> GuardedBuffer {
    let rows = problem.groups * problem.count
    let elements = rows == 0 ? 0 : (rows - 1) * stride + problem.width
    let size = storage == .float32 ? 4 : 2
    let buffer = GuardedBuffer(byteCount: elements * size)
    for row in 0..<rows {
      for column in 0..<problem.width {
        let bits = problem.rows[row * problem.width + column].bitPattern
        let place = buffer.start + (row * stride + column) * size
        if storage == .float32 {
          place.storeBytes(of: bits, as: UInt32.self)
        } else {
          place.storeBytes(of: UInt16(truncatingIfNeeded: bits >> 16), as: UInt16.self)
        }
      }
    }
    return buffer
  }

  static func run(
    _ problem: Problem, padding: Int = 0, keepsWeights: Bool = true, _ storage: Storage,
    _ context: KernelContext
  ) throws -> (weights: GuardedMatrix, out: GuardedMatrix) {
    let stride = problem.width + padding
    let embeddings = stored(problem, stride: stride, storage)
    let image = GuardedMatrix(problem.image)
    let weights = GuardedMatrix(rows: problem.labels, columns: problem.count)
    let out = GuardedMatrix(
      rows: problem.labels, columns: problem.width, stride: problem.width + 2 * padding)
    let selection = problem.selection ?? []
    let status = selection.withUnsafeBufferPointer { selected in
      var arguments = ramk_description_reweighting_arguments(
        labels: problem.labels, descriptions: problem.count, width: problem.width,
        embeddings: embeddings.start, embeddings_stride: stride, groups: problem.groups,
        group_of_label: problem.selection == nil ? nil : selected.baseAddress,
        image: image.pointer, scale: problem.scale,
        weights: keepsWeights ? weights.pointer : nil, out: out.pointer, out_stride: out.stride)
      let needed = ramk_description_reweighting_workspace_size(
        context.pointer, storage.precision, &arguments)
      let workspace = GuardedBuffer(byteCount: needed)
      let status = ramk_description_reweighting(
        context.pointer, storage.precision, &arguments, workspace.start, needed)
      #expect(workspace.damage == nil)
      return status
    }
    try #require(status == RAMK_OK)
    #expect(embeddings.damage == nil)
    return (weights, out)
  }

  @Test(arguments: RunnableImplementation.all, Storage.allCases)
  func agreesWithReference(_ implementation: RunnableImplementation, _ storage: Storage) throws {
    let context = KernelContext(implementation)
    // Around four rows at a time, vectors of 4, 8 and 16, and blocks of 8 of them.
    let counts = [1, 2, 3, 4, 5, 7, 8, 9, 51]
    let widths = [1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 257, 512]
    for (index, width) in widths.enumerated() {
      for count in [counts[index % counts.count], counts[(index * 5 + 2) % counts.count]] {
        let problem = Problem(
          groups: 3, count: count, width: width, scale: [14.3, -2, 0, 60][index % 4],
          seed: UInt64(index), nasty: index % 3 == 1, storage)
        let expected = Reference.reweightedDescriptions(
          problem.rows, groups: 3, count: count, width: width, image: problem.image,
          scale: problem.scale)
        let (weights, out) = try Self.run(problem, padding: index % 3, storage, context)
        #expect(expected.weights.mismatch(weights) == nil, "\(count) descriptions of \(width)")
        #expect(expected.out.mismatch(out) == nil, "\(count) descriptions of \(width)")
      }
    }
  }

  /// A selection gives the very rows that all labels give, and weights need not be kept.
  @Test(arguments: RunnableImplementation.all, Storage.allCases)
  func selectionsGiveTheSameBits(
    _ implementation: RunnableImplementation, _ storage: Storage
  ) throws {
    let context = KernelContext(implementation, threads: 3)
    var problem = Problem(groups: 40, count: 6, width: 70, storage)
    let all = try Self.run(problem, storage, context)
    problem.selection = [39, 0, 7, 7, 12]
    let some = try Self.run(problem, padding: 3, keepsWeights: false, storage, context)
    #expect(some.weights.isUntouched)
    for (row, label) in [39, 0, 7, 7, 12].enumerated() {
      for column in 0..<70 { #expect(some.out[row, column] == all.out[label, column]) }
    }
    problem.selection = []
    #expect(try Self.run(problem, storage, context).out.values.isEmpty)
  }

  /// One description is its own mean, whatever the photo; descriptions that are all the same are
  /// their mean, too.
  @Test(arguments: RunnableImplementation.all)
  func whatIsOneOrAllTheSameStays(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    var problem = Problem(groups: 5, count: 1, width: 37, .float32)
    #expect(try Self.run(problem, .float32, context).out.values == problem.rows)
    let row = Array(problem.rows[0..<37])
    problem.groups = 1
    problem.count = 8
    problem.rows = Array((0..<8).map { _ in row }.joined())
    let mean = try Self.run(problem, .float32, context).out
    #expect(zip(row, mean.values).allSatisfy { abs($0 - $1) <= 4 * abs($0).ulp })
  }

  /// However far apart: the fitting description alone, and nothing that is no number.
  @Test(arguments: RunnableImplementation.all)
  func aSureChoiceIsTheChosenRow(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation)
    var problem = Problem(groups: 1, count: 9, width: 20, scale: 1e6, .float32)
    problem.image = (0..<20).map { $0 == 3 ? 2 : 0 }
    for row in 0..<9 { problem.rows[row * 20 + 3] = row == 5 ? 1 : -Float(row) }
    let (weights, out) = try Self.run(problem, .float32, context)
    #expect(weights.values == (0..<9).map { $0 == 5 ? 1 : 0 })
    #expect(out.values == Array(problem.rows[100..<120]))
  }

  @Test(arguments: RunnableImplementation.all, Storage.allCases)
  func doesNotDependOnThreads(
    _ implementation: RunnableImplementation, _ storage: Storage
  ) throws {
    let problem = Problem(groups: 300, count: 5, width: 129, storage)
    func bits(_ threads: UInt32) throws -> [UInt32] {
      let context = KernelContext(implementation, threads: threads)
      return try Self.run(problem, keepsWeights: false, storage, context).out.values
        .map(\.bitPattern)
    }
    let one = try bits(1)
    for threads: UInt32 in [2, 3, 7] { #expect(try bits(threads) == one) }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let rows = GuardedMatrix(rows: 4, columns: 3, values: [Float](repeating: 1, count: 12))
    let image = GuardedMatrix([1, 1, 1])
    let out = GuardedMatrix(rows: 2, columns: 3)
    let valid = ramk_description_reweighting_arguments(
      labels: 2, descriptions: 2, width: 3, embeddings: rows.pointer, embeddings_stride: 3,
      groups: 2, group_of_label: nil, image: image.pointer, scale: 1, weights: nil,
      out: out.pointer, out_stride: 3)
    let workspace = GuardedBuffer(byteCount: 256)
    func status(
      bytes: Int = 256, precision: ramk_precision = RAMK_FLOAT32,
      _ change: (inout ramk_description_reweighting_arguments) -> Void
    ) -> ramk_status {
      var arguments = valid
      change(&arguments)
      return ramk_description_reweighting(
        context.pointer, precision, &arguments, workspace.start, bytes)
    }
    #expect(status { $0.embeddings = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.image = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.embeddings_stride = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 2 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.groups = 1 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.groups = .max } == RAMK_SIZE_OVERFLOW)
    #expect(status { $0.descriptions = .max / 2 } == RAMK_SIZE_OVERFLOW)
    #expect(status(bytes: 8) { _ in } == RAMK_WORKSPACE_TOO_SMALL)
    #expect(status(precision: RAMK_INT8) { _ in } == RAMK_IMPLEMENTATION_UNAVAILABLE)
    [0, 2].withUnsafeBufferPointer { wrong in
      #expect(status { $0.group_of_label = wrong.baseAddress } == RAMK_INVALID_ARGUMENT)
    }
    #expect(
      ramk_description_reweighting(context.pointer, RAMK_FLOAT32, nil, workspace.start, 256)
        == RAMK_INVALID_ARGUMENT)
    for empty in [\ramk_description_reweighting_arguments.labels, \.descriptions, \.width] {
      #expect(status { $0[keyPath: empty] = 0 } == RAMK_OK)
    }
    #expect(out.isUntouched)
    #expect(status { _ in } == RAMK_OK)
    #expect(!out.isUntouched)
  }
}
