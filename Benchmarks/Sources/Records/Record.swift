/// What one benchmark came to: a line of a file of results.
public struct Record: Codable, Hashable, Sendable {
  /// What a rate is held against.
  public enum Yardstick: String, Codable, Sendable {
    /// What the cores multiply and add on registers alone.
    case arithmetic
    /// How fast a core moves as many bytes.
    case memory
  }

  /// What it was measured on.
  public var cpu: CPU

  /// The day, "2026-11-29".
  public var date: String

  /// What was called, in words: "gemm", "model".
  public var operation: String

  /// At which size.
  public var shape: String

  /// "float32", ...; nil for a function that knows no precision.
  public var precision: String?

  /// "avx512", ...; nil for a function that is the same for every CPU.
  public var implementation: String?

  /// Floating-point operations of a call; a multiply-add is two.
  public var flop: Int

  /// Bytes that a call must read or write, once; 0 where nobody counted.
  public var bytes: Int

  /// A call's time, the median.
  public var seconds: Double

  /// What the rate was held against.
  public var yardstick: Yardstick

  /// The yardstick's own FLOP/s or bytes/s, the median.
  public var peak: Double

  /// The median of the rate's shares of the yardstick, each beside its own; 1 is all of it.
  public var share: Double

  /// - Parameter calls: of each the time, and the yardstick's rate beside it; at least one.
  public init(
    cpu: CPU, date: String, operation: String, shape: String, precision: String?,
    implementation: String?, flop: Int, bytes: Int, yardstick: Yardstick,
    calls: [(seconds: Double, peak: Double)]
  ) {
    self.cpu = cpu
    self.date = date
    self.operation = operation
    self.shape = shape
    self.precision = precision
    self.implementation = implementation
    self.flop = flop
    self.bytes = bytes
    self.yardstick = yardstick
    let work = Double(yardstick == .arithmetic ? flop : bytes)
    seconds = Self.median(calls.map(\.seconds))
    peak = Self.median(calls.map(\.peak))
    share = Self.median(calls.map { work / $0.seconds / $0.peak })
  }

  /// The benchmark's name: operation, shape, precision, implementation.
  public var name: String {
    [operation, shape, precision, implementation].compactMap(\.self).joined(separator: " ")
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
