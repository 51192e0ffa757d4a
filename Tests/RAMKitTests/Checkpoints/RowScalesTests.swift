import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

/// Matrices of signed bytes with a scale a row.
@Suite struct RowScalesTests {
  /// Writes "a" [rows, columns] of the bytes 1, 2, ..., and whatever else is wanted.
  static func write(
    rows: Int, columns: Int, scales: [Float]?, quantization: String? = "int8-rows",
    in folder: TemporaryFolder
  ) throws -> Checkpoint {
    var entries = [
      SafetensorsWriter.Entry(name: "a", elementType: .int8, shape: [rows, columns])
    ]
    if let scales {
      entries.append(.init(name: "a.scale", elementType: .float32, shape: [scales.count]))
    }
    let url = folder.file("rows.safetensors")
    let writer = try SafetensorsWriter(
      url: url, entries: entries, metadata: quantization.map { ["quantization": $0] } ?? [:])
    try writer.write { (entry, sink) throws(RAMKitError) in
      if entry.name == "a" {
        let bytes = (0..<rows * columns).map { UInt8(truncatingIfNeeded: $0 + 1) }
        try bytes.withUnsafeBufferPointer { (bytes) throws(RAMKitError) in
          try sink(UnsafeRawBufferPointer(bytes))
        }
      } else {
        try (scales ?? []).withUnsafeBufferPointer { (scales) throws(RAMKitError) in
          try sink(UnsafeRawBufferPointer(scales))
        }
      }
    }
    return try Checkpoint(contentsOf: url)
  }

  /// Rows that end within the pieces that a tensor is read in.
  @Test(arguments: [(3, 5), (1, 1), (700, 3001)])
  func numbersAreBytesTimesScales(_ rows: Int, _ columns: Int) throws {
    let folder = try TemporaryFolder()
    let scales = (0..<rows).map { 0.25 + Float($0) / 8 }
    let checkpoint = try Self.write(rows: rows, columns: columns, scales: scales, in: folder)
    let compute = try ComputeContext()
    let expected = (0..<rows * columns).map {
      Float(Int8(truncatingIfNeeded: $0 + 1)) * scales[$0 / columns]
    }
    let copied = try Matrix(rows: rows, columns: columns)
    try checkpoint.copyFloats(of: "a", compute: compute, to: copied.pointer)
    #expect(copied.values == expected)
    let whole = try checkpoint.withFloats(of: "a", compute: compute) {
      Array(UnsafeBufferPointer(start: $0, count: rows * columns))
    }
    #expect(whole == expected)
    #expect(checkpoint.tensorNames == ["a"])
    #expect(checkpoint.canBeWeights("a"))
  }

  /// Signed bytes alone are no weights: nobody says what they stand for.
  @Test func scalesHaveToBeThereAndMeant() throws {
    let folder = try TemporaryFolder()
    let compute = try ComputeContext()
    let cases: [(scales: [Float]?, quantization: String?)] = [
      (nil, "int8-rows"), ([1, 2], nil), ([1, 2], "other"), ([1, 2, 3], "int8-rows"),
    ]
    for one in cases {
      let checkpoint = try Self.write(
        rows: 2, columns: 2, scales: one.scales, quantization: one.quantization, in: folder)
      #expect(!checkpoint.canBeWeights("a"))
      #expect(try checkpoint.signedBytes(of: "a") == nil)
      #expect(throws: RAMKitError.self) {
        try checkpoint.withFloats(of: "a", compute: compute) { $0[0] }
      }
    }
  }
}
