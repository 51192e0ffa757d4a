import Records

/// What a roofline plot shows: rates over operational intensity, under what the core and its memory allow.
struct Roofline {
  /// The most that the core does in a precision.
  struct Roof {
    let precision: String
    let flopPerSecond: Double
  }

  /// The most that comes out of a cache, or of memory.
  struct Slope {
    let place: String
    let bytesPerSecond: Double
  }

  /// A kernel at a size.
  struct Point {
    let record: Record

    /// FLOP a byte that must be read or written, once.
    var intensity: Double { Double(record.flop) / Double(record.bytes) }
    var flopPerSecond: Double { Double(record.flop) / record.seconds }
  }

  var cpu: String
  /// When the last of them was measured: "2026-11-29".
  let date: String
  /// The lowest first.
  let roofs: [Roof]
  /// The fastest first.
  let slopes: [Slope]
  let points: [Point]

  /// - Throws: where the records are none, of several CPUs, or without a roof.
  init(_ records: [Record]) throws {
    guard let cpu = records.first?.cpu else { throw ReportError("no results") }
    guard records.allSatisfy({ $0.cpu == cpu }) else {
      throw ReportError("results of several CPUs: a plot is of one")
    }
    let fastest = Dictionary(
      grouping: records.filter { $0.flop > 0 && $0.bytes > 0 && $0.precision != nil },
      by: { [$0.operation, $0.shape, $0.precision ?? ""] }
    ).values.compactMap { $0.min { $0.seconds < $1.seconds } }
    self.cpu = cpu.name
    date = records.map(\.date).max() ?? ""
    points = fastest.sorted { $0.name < $1.name }.map(Point.init)
    slopes = records.filter { $0.operation == "stream" }
      .map { Slope(place: $0.shape, bytesPerSecond: Double($0.bytes) / $0.seconds) }
      .sorted { $0.bytesPerSecond > $1.bytesPerSecond }
    roofs = Dictionary(
      grouping: fastest.filter { $0.yardstick == .arithmetic }, by: { $0.precision ?? "" }
    ).map { Roof(precision: $0, flopPerSecond: $1.map(\.peak).max() ?? 0) }
      .sorted { $0.flopPerSecond < $1.flopPerSecond }
    guard !roofs.isEmpty, !slopes.isEmpty else {
      throw ReportError("no roof: a plot needs products ('gemm.*') and streams ('stream.*')")
    }
  }
}
