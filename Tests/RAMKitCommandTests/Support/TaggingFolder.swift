import Foundation
import _RAMKitTestSupport

/// A folder with all that a run of `ramkit tag` needs: a model with 40 labels and random weights in
/// `tiny.safetensors`, `names.txt` and `thresholds.txt`; `encoder.safetensors`, a text encoder for
/// it; `a.bmp` (24 x 17) and `b.bmp` (9 x 31), which are photos; `broken.jpg`, `empty.jpg` and
/// `text.png`, which are not.
struct TaggingFolder {
  private let folder: TemporaryFolder

  var url: URL { folder.url }

  init() throws {
    folder = try TemporaryFolder()
    try TinyCheckpoint.ram(labels: 40).write(to: folder.file("tiny.safetensors"))
    _ = try TinyCheckpoint.writeSentenceEncoder(to: folder.url)
    try write((0..<40).map { "label \($0)\n" }.joined(), to: "names.txt")
    try write(String(repeating: "0.5\n", count: 40), to: "thresholds.txt")
    try write(Self.bmp(), to: "a.bmp")
    try write(Self.bmp(width: 9, height: 31, seed: 5), to: "b.bmp")
    try write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16], to: "broken.jpg")
    try write("", to: "empty.jpg")
    try write("no photo", to: "text.png")
  }

  func file(_ name: String) -> URL { folder.file(name) }

  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> URL {
    try folder.write(bytes, to: name)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    try folder.write(text, to: name)
  }

  /// What the folder holds.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
  }

  /// The command line of `ramkit tag` with the folder's model.
  static func command(_ arguments: [String]) -> [String] {
    ["tag", "--model", "tiny.safetensors", "--names", "names.txt"]
      + ["--thresholds", "thresholds.txt"] + arguments
  }

  /// Runs `ramkit tag` with the folder's model, in the folder.
  func tag(
    _ arguments: [String], input: String = "", output: FileHandle? = nil
  ) async throws -> Command.Outcome {
    try await Command.run(Self.command(arguments), input: input, output: output, in: url)
  }

  /// `ramkit tag` with the folder's model, in the folder, yet to be started.
  func process(_ arguments: String...) throws -> Process {
    let process = Process()
    process.executableURL = try Command.program()
    process.arguments = Self.command(arguments)
    process.environment = Command.environment
    process.currentDirectoryURL = url
    return process
  }

  /// A 24-bit BMP of `width` x `height` pixels with a gradient that `seed` shifts.
  static func bmp(width: Int = 24, height: Int = 17, seed: Int = 0) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let stride = (width * 3 + 3) / 4 * 4
    let size = 54 + stride * height
    var bytes = Array("BM".utf8) + little(size, 4) + little(0, 4) + little(54, 4)
    bytes += little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2)
    bytes += little(0, 4) + little(stride * height, 4) + little(2_835, 4) + little(2_835, 4)
    bytes += little(0, 4) + little(0, 4)
    for row in 0..<height {
      var line: [UInt8] = []
      for column in 0..<width {
        line += little(column * 9 + seed, 1) + little(row * 13, 1) + little(seed * 31 + column, 1)
      }
      bytes += line + [UInt8](repeating: 0, count: stride - line.count)
    }
    return bytes
  }
}
