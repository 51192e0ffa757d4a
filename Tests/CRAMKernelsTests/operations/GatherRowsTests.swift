import CRAMKernels
import Testing
import _RAMKitTestSupport

@Suite struct GatherRowsTests {
  /// A table's bytes against the forbidden page, and what is to be taken of it.
  struct Case {
    var columns: Int
    var tableRows: Int
    var indices: [UInt32]
    var scales: [Float]?
    /// Rows that are added in turn.
    var added: [Float]?
    var outPadding = 0

    func gathered<Element: BitwiseCopyable>(
      _ table: [Element], as type: ramk_element_type, _ context: KernelContext
    ) throws -> [Float] {
      let buffer = GuardedBuffer(
        byteCount: table.count * MemoryLayout<Element>.stride, alignment: 1)
      table.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(start: buffer.start, count: $0.count).copyMemory(from: $0)
      }
      let out = GuardedMatrix(
        rows: indices.count, columns: columns, stride: columns + outPadding)
      let scales = scales.map { GuardedMatrix($0) }
      let added = added.map { GuardedMatrix($0) }
      let status = indices.withUnsafeBufferPointer {
        var arguments = ramk_gather_rows_arguments(
          rows: indices.count, columns: columns, type: type, table: buffer.start,
          table_rows: tableRows, scales: scales?.pointer, indices: $0.baseAddress,
          added: added?.pointer,
          added_rows: columns == 0 ? 0 : (self.added?.count ?? 0) / columns, out: out.pointer,
          out_stride: out.stride)
        return ramk_gather_rows(context.pointer, &arguments)
      }
      try #require(status == RAMK_OK)
      #expect(out.damage == nil)
      return out.values
    }

    /// The same in plain Swift, number by number.
    func expected(_ table: [Float]) -> [Float] {
      indices.indices.flatMap { row in
        (0..<columns).map { column in
          let index = Int(indices[row])
          var value = table[index * columns + column]
          if let scales { value *= scales[index] }
          if let added { value += added[(row * columns + column) % added.count] }
          return value
        }
      }
    }
  }

  @Test(arguments: RunnableImplementation.all)
  func scaledAndAddedRowsOfEveryType(_ implementation: RunnableImplementation) throws {
    let context = KernelContext(implementation, threads: 3)
    var generator = SeededGenerator(seed: 8)
    for (rows, columns) in [(0, 3), (1, 1), (5, 7), (63, 16), (64, 33), (65, 384), (200, 31)] {
      let tableRows = 11
      let indices = (0..<rows).map { _ in UInt32(generator.next() % UInt64(tableRows)) }
      var one = Case(columns: columns, tableRows: tableRows, indices: indices)
      one.outPadding = rows % 3
      let count = tableRows * columns
      let bytes = (0..<count).map { _ in Int8(truncatingIfNeeded: Int64(generator.next() & 255)) }
      let halves = generator.floats(count).map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) }
      let floats = generator.floats(count, magnitude: 2)
      for isFull in [false, true] {
        one.scales = isFull ? generator.floats(tableRows, magnitude: 0.1) : nil
        one.added = isFull ? generator.floats(4 * columns) : nil
        #expect(
          try one.gathered(bytes, as: RAMK_ELEMENT_INT8, context)
            == one.expected(bytes.map { Float($0) }))
        #expect(
          try one.gathered(halves, as: RAMK_ELEMENT_BFLOAT16, context)
            == one.expected(halves.map(ElementReference.bfloat16)))
        #expect(
          try one.gathered(floats, as: RAMK_ELEMENT_FLOAT32, context) == one.expected(floats))
      }
    }
  }

  @Test func refusesMisuse() {
    let context = KernelContext(RunnableImplementation.all[0])
    let table: [Float] = [1, 2, 3, 4]
    let out = GuardedMatrix(rows: 2, columns: 2)
    let one = GuardedMatrix([1, 1])
    let indices: [UInt32] = [1, 0]
    let beyond: [UInt32] = [1, 2]
    func status(_ change: (inout ramk_gather_rows_arguments) -> Void) -> ramk_status {
      table.withUnsafeBufferPointer { table in
        indices.withUnsafeBufferPointer { indices in
          var arguments = ramk_gather_rows_arguments(
            rows: 2, columns: 2, type: RAMK_ELEMENT_FLOAT32, table: table.baseAddress,
            table_rows: 2, scales: nil, indices: indices.baseAddress, added: nil, added_rows: 0,
            out: out.pointer, out_stride: 2)
          change(&arguments)
          return ramk_gather_rows(context.pointer, &arguments)
        }
      }
    }
    #expect(status { $0.table = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.indices = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out = nil } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.out_stride = 1 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.type = RAMK_ELEMENT_Q8_0 } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.type = ramk_element_type(rawValue: 99) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.added = UnsafePointer(one.pointer) } == RAMK_INVALID_ARGUMENT)
    #expect(status { $0.table_rows = .max } == RAMK_SIZE_OVERFLOW)
    beyond.withUnsafeBufferPointer { indices in
      #expect(status { $0.indices = indices.baseAddress } == RAMK_INVALID_ARGUMENT)
    }
    #expect(ramk_gather_rows(context.pointer, nil) == RAMK_INVALID_ARGUMENT)
    #expect(out.isUntouched)
    #expect(status { $0.rows = 0 } == RAMK_OK)
    #expect(out.isUntouched)
  }
}
