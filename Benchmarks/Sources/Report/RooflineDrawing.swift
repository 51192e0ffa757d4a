import Foundation
import Records

/// A roofline plot as SVG: to the right the operational intensity, upward the rate, both logarithmic.
struct RooflineDrawing {
  let roofline: Roofline
  let plane: Plane

  private static let size = (width: 1240.0, height: 760.0)

  init(_ roofline: Roofline) {
    self.roofline = roofline
    let (xs, ys) = (
      roofline.points.map(\.intensity),
      roofline.points.map(\.flopPerSecond) + roofline.roofs.map(\.flopPerSecond)
    )
    // Roofs go on to the right of the last point, where their names stand.
    plane = Plane(
      left: 78, top: 84, width: 770, height: 596,
      x: (0.7 * (xs.min() ?? 1))...(2.5 * (xs.max() ?? 1)),
      y: (0.6 * (ys.min() ?? 1))...(1.6 * (ys.max() ?? 1)))
  }

  var svg: String {
    let (width, height) = (Int(Self.size.width), Int(Self.size.height))
    let title = "RAMKit's kernels on one core of \(roofline.cpu)"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img" aria-label="Roofline plot: \(SVG.escaped(title))">
      <style>\(Look.style)</style>
      <rect class="paper" width="\(width)" height="\(height)"/>

      """ + SVG.text(title, (24, 38), class: "title")
        + SVG.text(
          "\(roofline.date) · \(roofline.points.count) kernels and sizes, of each the fastest "
            + "implementation, median",
          (24, 60), class: "soft")
        + grid + slopes + roofs + roofline.points.map(mark).joined() + names + legend + "</svg>\n"
  }

  private var grid: String {
    var svg = ""
    for (value, isDecade) in Plane.ticks(in: plane.x) {
      let foot = plane.place(value, plane.y.lowerBound)
      svg += SVG.line(foot, (foot.x, plane.top), class: isDecade ? "decade" : "grid")
      svg += SVG.text(
        String(format: "%g", value), (foot.x, plane.bottom + 20), class: "small", anchor: "middle")
    }
    for (value, isDecade) in Plane.ticks(in: plane.y) {
      let foot = plane.place(plane.x.lowerBound, value)
      svg += SVG.line(foot, (plane.right, foot.y), class: isDecade ? "decade" : "grid")
      svg += SVG.text(
        String(format: "%g", value / 1e9), (plane.left - 8, foot.y + 4), class: "small",
        anchor: "end")
    }
    let (middle, center) = (plane.left + plane.width / 2, plane.top + plane.height / 2)
    return svg
      + SVG.text(
        "FLOP a byte that must be read or written, once", (middle, plane.bottom + 46),
        class: "soft", anchor: "middle")
      + SVG.text("GFLOP/s", (24, center), class: "soft", anchor: "middle", turned: -90)
  }

  /// The rate that a slope allows at an intensity, as far as the plane and the highest roof reach.
  private func ends(of slope: Roofline.Slope) -> (from: (Double, Double), to: (Double, Double)) {
    let bandwidth = slope.bytesPerSecond
    let start = max(plane.x.lowerBound, plane.y.lowerBound / bandwidth)
    let end = min(plane.x.upperBound, (roofline.roofs.last?.flopPerSecond ?? 0) / bandwidth)
    return ((start, start * bandwidth), (end, end * bandwidth))
  }

  private var slopes: String {
    roofline.slopes.map { slope in
      let (from, to) = ends(of: slope)
      return SVG.line(
        plane.place(from.0, from.1), plane.place(to.0, to.1),
        class: slope.place == "memory" ? "roof" : "cache")
    }.joined()
  }

  private var roofs: String {
    let memory = roofline.slopes.last?.bytesPerSecond ?? 1
    return roofline.roofs.map { roof in
      let corner = plane.place(roof.flopPerSecond / memory, roof.flopPerSecond)
      return SVG.line(corner, (plane.right, corner.y), class: "roof")
    }.joined()
  }

  /// Roofs are named at their right end, slopes near the upper one, where they are by themselves.
  private var names: String {
    let roofs = roofline.roofs.map { roof in
      let end = plane.place(plane.x.upperBound, roof.flopPerSecond)
      return SVG.text(
        "\(roof.precision) \(SVG.rate(roof.flopPerSecond))FLOP/s", (end.x - 6, end.y - 7),
        class: "halo", anchor: "end")
    }
    let slopes = roofline.slopes.map { slope in
      let (_, to) = ends(of: slope)
      // Above the line by a tenth of the rate.
      let at = plane.place(to.0 * 0.8, to.1 * 0.8 * 1.1)
      return SVG.text(
        "\(slope.place) \(SVG.rate(slope.bytesPerSecond))B/s", at, class: "halo",
        anchor: "end", turned: -plane.slope)
    }
    return (roofs + slopes).joined()
  }

  private func mark(_ point: Roofline.Point) -> String {
    let record = point.record
    let place = plane.place(point.intensity, point.flopPerSecond)
    let yardstick =
      switch record.yardstick {
      case .arithmetic: "the multiply-add peak"
      case .memory: "streaming"
      }
    let title =
      "\(record.name)\n\(SVG.rate(point.flopPerSecond))FLOP/s, "
      + "\(Int((100 * record.share).rounded())) % of \(yardstick), "
      + String(format: "%.3g FLOP/byte", point.intensity)
    return "<g class=\"point\" fill=\"\(Look.color(of: record.operation))\" "
      + "transform=\"translate(\(SVG.number(place.x)) \(SVG.number(place.y)))\">"
      + "<title>\(SVG.escaped(title))</title>\(Look.mark(of: record.precision ?? ""))</g>\n"
  }
}
