import Records

/// How much of its yardstick each benchmark reached on a family of CPUs. Shares and no seconds, so that the
/// clock speed does not matter; a family a file, since how much of it a kernel reaches depends on the CPU.
struct Thresholds: Codable, Equatable {
  /// The CPU's name, for readers.
  var cpu: String

  /// When the last of them was measured: "2026-11-29".
  var date = ""

  /// By the benchmark's name.
  var percent: [String: Double] = [:]

  init(cpu: String) { self.cpu = cpu }

  /// What part of a share two quiet runs may differ in: of 271 benchmarks run twice on Zen 5 the most were 9 %
  /// where registers decide, 19 % where caches and memory do, which others have a share in. These decide
  /// below the 25 FLOP a byte or so where rooflines bend.
  static func tolerance(_ record: Record) -> Double {
    let waitsForMemory = record.yardstick == .memory || record.flop < 25 * record.bytes
    return waitsForMemory ? 0.3 : 0.15
  }

  /// The records to be held against thresholds, by CPU: all but the streams, which are yardsticks themselves.
  static func groups(of file: RecordFile) throws -> [(CPU, [Record])] {
    let records = try file.read().filter { $0.operation != "stream" }
    guard !records.isEmpty else { throw ReportError("no results: nothing was measured") }
    return Dictionary(grouping: records, by: \.cpu)
      .sorted { $0.key.family < $1.key.family }.map { ($0.key, $0.value) }
  }

  mutating func update(_ records: [Record]) {
    for record in records {
      percent[record.name] = (1000 * record.share).rounded() / 10
      date = max(date, record.date)
    }
  }

  func judge(_ records: [Record]) -> Verdict {
    var verdict = Verdict()
    for record in records {
      guard let threshold = percent[record.name] else {
        verdict.unknown.append(record)
        continue
      }
      let change = 100 * record.share / threshold - 1
      let tolerance = Self.tolerance(record)
      switch change {
      case ..<(-tolerance): verdict.worse.append((record, threshold))
      case ...tolerance: verdict.within += 1
      default: verdict.better.append((record, threshold))
      }
    }
    verdict.notMeasured = Set(percent.keys).subtracting(records.map(\.name)).count
    return verdict
  }
}
