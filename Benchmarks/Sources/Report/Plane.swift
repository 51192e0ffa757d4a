import Foundation

/// A rectangle with logarithmic axes.
struct Plane {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  var right: Double { left + width }
  var bottom: Double { top + height }

  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      left + width * Self.position(x, in: self.x), bottom - height * Self.position(y, in: self.y)
    )
  }

  /// How steep a rate that is proportional to x rises, in degrees.
  var slope: Double {
    let perDecade = (
      x: width / log10(x.upperBound / x.lowerBound), y: height / log10(y.upperBound / y.lowerBound)
    )
    return atan2(perDecade.y, perDecade.x) * 180 / .pi
  }

  /// 1, 2, 5, 10, ... within a range; what starts with a 1 is the stronger line.
  static func ticks(in range: ClosedRange<Double>) -> [(value: Double, isDecade: Bool)] {
    let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound))
    return decades.flatMap { decade in
      [1.0, 2, 5].map { ($0 * pow(10, Double(decade)), $0 == 1) }
    }.filter { range.contains($0.0) }
  }

  private static func position(_ value: Double, in range: ClosedRange<Double>) -> Double {
    log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }
}
