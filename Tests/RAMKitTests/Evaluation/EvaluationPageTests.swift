import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct EvaluationPageTests {
  /// A report on names and paths that would break a careless page.
  private func report(in folder: TemporaryFolder) throws -> EvaluationReport {
    let nasty = "<b>\"dog\" & 'cat'</b>\u{1}"
    let labels = [Label(nasty, threshold: 0.5), Label("plain", threshold: 0.5)]
    let photos = ["a<x>.bmp", "gone.bmp", "b.bmp"].enumerated().map { line, path in
      Annotations.Photo(path: path, line: line + 1, tags: line == 0 ? [] : [nasty, "</table>"])
    }
    let pixels = try Image(width: 40, height: 20, rgb: [UInt8](repeating: 200, count: 2_400))
    try folder.write(Self.bmp(pixels), to: "a<x>.bmp")
    let truth = try GroundTruth(
      Annotations(photos: photos), labels: LabelSet(name: "nasty", labels: labels))
    var evaluation = try Evaluation(truth, options: EvaluationOptions(bootstrapSamples: 10))
    try evaluation.add(scores: [0.9, 0.1], forPhoto: 0)
    try evaluation.add(scores: [0.1, 0.2], forPhoto: 1)
    evaluation.add(failure: .fileNotFound(path: "<script>"), forPhoto: 2)
    return evaluation.report()
  }

  /// A 24-bit BMP of one colour.
  private static func bmp(_ image: Image) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = image.pixels.count
    var bytes = Array("BM".utf8) + little(54 + size, 4) + little(0, 4) + little(54, 4)
    bytes += little(40, 4) + little(image.width, 4) + little(image.height, 4) + little(1, 2)
    return bytes + little(24, 2) + little(0, 24) + image.pixels
  }

  @Test func isOnePageThatFetchesNothing() throws {
    let folder = try TemporaryFolder()
    let page = try report(in: folder).html(title: "my <model>", photosIn: folder.url)
    #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src=\"/"))
    #expect(page.contains("my &lt;model&gt;"))
    #expect(page.contains("<svg class=\"large\"") && page.contains("<table id=\"labels\">"))
    // The photo that is there is shown, the one that is gone is named.
    #expect(page.components(separatedBy: "data:image/jpeg;base64,/9j/").count == 2)
    #expect(page.contains("gone.bmp") && page.contains("can’t be shown"))
  }

  @Test func escapesAllThatIsNotItsOwn() throws {
    let folder = try TemporaryFolder()
    let page = try report(in: folder).html(title: "t", photosIn: folder.url)
    #expect(!page.contains("<b>\"dog\"") && !page.contains("</table></li>"))
    #expect(page.contains("&lt;b&gt;&quot;dog&quot; &amp; &#39;cat&#39;&lt;/b&gt;\u{FFFD}"))
    #expect(page.contains("a&lt;x&gt;.bmp") && page.contains("&lt;/table&gt;"))
    #expect(page.components(separatedBy: "<script>").count == 2, "its own alone")
    for tag in ["table", "section", "figure", "svg", "ul", "div", "li", "tr", "td"] {
      let opened =
        page.components(separatedBy: "<\(tag)>").count
        + page.components(separatedBy: "<\(tag) ").count - 2
      #expect(opened == page.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
    }
  }

  @Test func nothingMeasuredIsAPageAsWell() throws {
    let truth = try GroundTruth(
      Annotations(bytes: Array("a,dog".utf8)), labels: LabelSet(name: "x", labels: [Label("dog")]))
    let page = try Evaluation(truth).report().html(title: "t", photosIn: URL(filePath: "/nowhere"))
    #expect(page.contains("0 photos, 0 labels"))
  }
}
