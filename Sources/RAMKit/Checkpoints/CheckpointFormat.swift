/// The container that a checkpoint comes in.
package enum CheckpointFormat: String, Sendable, Hashable {
  case safetensors
  case pyTorch
  case gguf

  /// Tells the format by the first bytes, whatever the file is called.
  init(sniffing file: MappedFile) throws(CheckpointDefect) {
    let start = file.copy(0..<min(file.size, 16)) ?? []
    if start.starts(with: "PK".utf8) {
      self = .pyTorch
    } else if start.starts(with: "GGUF".utf8) {
      self = .gguf
    } else if start.count >= 9, start[8] == UInt8(ascii: "{") || start[4..<8] == [0, 0, 0, 0] {
      self = .safetensors
    } else {
      throw CheckpointDefect(Self.explanation(start))
    }
  }

  /// What a file that is none of these seems to be, and what to do about it.
  private static func explanation(_ start: [UInt8]) -> String {
    if start.isEmpty { return "the file is empty" }
    if start[0] == 0x80 {
      return "it is a bare pickle, as torch.save wrote before PyTorch 1.6; save it again: "
        + "torch.save(torch.load(path, weights_only=True), newPath)"
    }
    if start.starts(with: "version ".utf8) || start[0] == UInt8(ascii: "<") {
      return "it is text, such as a web page or a Git LFS pointer, in place of the checkpoint"
    }
    return "it is neither a safetensors nor a GGUF file, nor one that torch.save wrote"
  }
}
