import Foundation
import Records
import Testing

@testable import Report

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct RooflineTests {
  private static let cpu = CPU(name: "A <fast> CPU", family: "Maker-1-2")

  private func record(
    _ operation: String, _ shape: String, _ precision: String?, _ implementation: String?,
    flop: Int, bytes: Int, seconds: Double, peak: Double, cpu: CPU = Self.cpu
  ) -> Record {
    Record(
      cpu: cpu, date: "2026-11-29", operation: operation, shape: shape, precision: precision,
      implementation: implementation, flop: flop, bytes: bytes,
      yardstick: flop > 0 ? .arithmetic : .memory, calls: [(seconds, peak)])
  }

  private var records: [Record] {
    [
      record(
        "gemm", "8x8x8", "float32", "avx2", flop: 4000, bytes: 100, seconds: 1e-6, peak: 5e9),
      record(
        "gemm", "8x8x8", "float32", "avx512", flop: 4000, bytes: 100, seconds: 5e-7, peak: 9e9),
      record(
        "gemm", "8x8x8", "int8", "avx512", flop: 4000, bytes: 60, seconds: 2e-7, peak: 30e9),
      record("convert", "float16 8", "float32", "avx2", flop: 0, bytes: 48, seconds: 1, peak: 1),
      record("stream", "memory", nil, nil, flop: 0, bytes: 1000, seconds: 1e-6, peak: 1e9),
      record("stream", "L2", nil, nil, flop: 0, bytes: 1000, seconds: 1e-7, peak: 1e9),
    ]
  }

  @Test func theFastestImplementationIsDrawn() throws {
    let roofline = try Roofline(records)
    #expect(
      roofline.points.map(\.record.name) == ["gemm 8x8x8 float32 avx512", "gemm 8x8x8 int8 avx512"])
    #expect(roofline.points[0].intensity == 40)
    #expect(roofline.points[0].flopPerSecond == 8e9)
  }

  @Test func roofsAreThePeaksOfWhatIsDrawn() throws {
    let roofline = try Roofline(records)
    #expect(roofline.roofs.map(\.precision) == ["float32", "int8"])
    #expect(roofline.roofs.map(\.flopPerSecond) == [9e9, 30e9])
    #expect(roofline.slopes.map(\.place) == ["L2", "memory"])
    #expect(roofline.slopes.map(\.bytesPerSecond) == [1e10, 1e9])
  }

  @Test func severalCPUsAreRefused() {
    let other = record(
      "gemm", "8x8x8", "float32", "avx2", flop: 1, bytes: 1, seconds: 1, peak: 1,
      cpu: CPU(name: "Another", family: "Maker-3-4"))
    #expect(throws: ReportError.self) { try Roofline(records + [other]) }
  }

  @Test func aPlotNeedsRoofs() {
    #expect(throws: ReportError.self) { try Roofline(records.filter { $0.operation != "gemm" }) }
    #expect(throws: ReportError.self) { try Roofline(records.filter { $0.operation != "stream" }) }
  }

  @Test func theDrawingIsXMLWithAMarkAPoint() throws {
    let svg = RooflineDrawing(try Roofline(records)).svg
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(svg.components(separatedBy: "class=\"point\"").count - 1 == 2)
    #expect(svg.contains("A &lt;fast&gt; CPU"))
    #expect(svg.contains("gemm 8x8x8 int8 avx512\n20 GFLOP/s, 67 % of the multiply-add peak"))
    #expect(svg.contains("float32 9.00 GFLOP/s"))
  }

  @Test func planesAreLogarithmic() {
    let plane = Plane(left: 10, top: 20, width: 200, height: 100, x: 1...100, y: 1...100)
    let middle = plane.place(10, 10)
    #expect(abs(middle.x - 110) < 1e-9 && abs(middle.y - 70) < 1e-9)
    #expect(Plane.ticks(in: 0.4...20).map(\.value) == [0.5, 1, 2, 5, 10, 20])
  }
}
