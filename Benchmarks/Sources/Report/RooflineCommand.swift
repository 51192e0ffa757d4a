import ArgumentParser
import Foundation
import Records

struct RooflineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roofline",
    abstract: "Draw kernels under what the core and its memory allow, as SVG.",
    discussion: "Of several implementations the fastest is drawn.")

  @Argument(help: "The file of results, of one CPU.")
  var results: String

  @Option(name: [.short, .long], help: "The file to write.")
  var output = "roofline.svg"

  @Option(help: "The CPU's name, where it says too little of itself.")
  var cpu: String?

  func run() throws {
    var roofline = try Roofline(RecordFile(path: results).read())
    if let cpu { roofline.cpu = cpu }
    let drawing = RooflineDrawing(roofline)
    try Data(drawing.svg.utf8).write(to: URL(filePath: output), options: .atomic)
  }
}
