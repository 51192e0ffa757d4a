import Foundation
import Records
import Testing

@testable import Report

struct ThresholdsTests {
  private let cpu = CPU(name: "A CPU", family: "Maker-1-2")

  /// A product whose share of the peak is given.
  private func product(_ shape: String, share: Double, bytes: Int = 10) -> Record {
    Record(
      cpu: cpu, date: "2026-11-29", operation: "gemm", shape: shape, precision: "float32",
      implementation: "avx2", flop: 1000, bytes: bytes, yardstick: .arithmetic,
      calls: [(seconds: 1, peak: 1000 / share)])
  }

  private func thresholds(_ records: [Record]) -> Thresholds {
    var thresholds = Thresholds(cpu: cpu.name)
    thresholds.update(records)
    return thresholds
  }

  @Test func medians() {
    let record = Record(
      cpu: cpu, date: "2026-11-29", operation: "softmax", shape: "2x3", precision: "float32",
      implementation: "avx2", flop: 0, bytes: 120, yardstick: .memory,
      calls: [(1, 240), (9, 240), (2, 240), (3, 240)])
    #expect(record.seconds == 2.5)
    // Of 120/240, 120/480, 120/720 and a smaller one.
    #expect(abs(record.share - (0.25 + 1 / 6.0) / 2) < 1e-12)
    #expect(record.name == "softmax 2x3 float32 avx2")
  }

  @Test func whatRunsDifferInPasses() {
    let verdict = thresholds([product("a", share: 0.8)]).judge([product("a", share: 0.7)])
    #expect(verdict.isFine)
    #expect(verdict.within == 1)
  }

  @Test func aSlowerKernelFails() {
    let verdict = thresholds([product("a", share: 0.8), product("b", share: 0.5)])
      .judge([product("a", share: 0.6), product("b", share: 0.5)])
    #expect(!verdict.isFine)
    #expect(verdict.worse.map(\.record.shape) == ["a"])
    #expect(verdict.within == 1)
    #expect(
      verdict.text(cpu: cpu, date: "").contains(
        "worse: gemm a float32 avx2: 60.0 % of the multiply-add peak, was 80.0 %"))
  }

  @Test func cachesAndMemoryDifferMore() {
    let before = thresholds([product("a", share: 0.8, bytes: 100)])
    #expect(before.judge([product("a", share: 0.6, bytes: 100)]).isFine)
    #expect(!before.judge([product("a", share: 0.5, bytes: 100)]).isFine)
  }

  @Test func aFasterKernelIsNoFailureAndTold() {
    let verdict = thresholds([product("a", share: 0.5)]).judge([product("a", share: 0.9)])
    #expect(verdict.isFine)
    #expect(verdict.better.count == 1)
  }

  @Test func aKernelWithoutAThresholdFails() {
    let verdict = thresholds([product("a", share: 0.8)]).judge([product("b", share: 0.8)])
    #expect(!verdict.isFine)
    #expect(verdict.notMeasured == 1)
    #expect(verdict.unknown.map(\.shape) == ["b"])
  }

  @Test func anUpdateKeepsWhatWasNotMeasured() {
    var all = thresholds([product("a", share: 0.8), product("b", share: 0.6)])
    all.update([product("b", share: 0.654)])
    #expect(all.percent == ["gemm a float32 avx2": 80, "gemm b float32 avx2": 65.4])
  }

  @Test func aFamilyAFile() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = ThresholdFolder(path: folder.path)
    let kept = thresholds([product("a", share: 0.8)])
    try file.write(kept, for: cpu)
    #expect(try file.read(cpu) == kept)
    #expect(try file.read(CPU(name: "A CPU", family: "Maker-1-3")) == nil)
  }

  @Test func anUnknownCPUFails() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let results = folder.appending(path: "results.jsonl").path
    try RecordFile(path: results).append(product("a", share: 0.8))
    let check = try CheckCommand.parse([results, "--thresholds", folder.path])
    let error = #expect(throws: ReportError.self) { try check.run() }
    #expect(error?.description.contains("no thresholds for A CPU") == true)
  }

  @Test func theLastRecordOfANameCounts() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = RecordFile(path: path)
    let records = [
      product("b", share: 0.25), product("a", share: 0.5), product("b", share: 0.75),
    ]
    for record in records { try file.append(record) }
    #expect(try file.read() == [records[1], records[2]])
  }

  @Test func whatIsNoResultIsNamed() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = RecordFile(path: url.path)
    let absent = #expect(throws: RecordFile.Unreadable.self) { try file.read() }
    #expect(absent?.description.hasPrefix("can't read \(url.path)") == true)
    try file.append(product("a", share: 0.5))
    try (Data(contentsOf: url) + Data("{}\n".utf8)).write(to: url)
    let broken = #expect(throws: RecordFile.Unreadable.self) { try file.read() }
    #expect(broken?.description.contains("line 2") == true)
  }
}
