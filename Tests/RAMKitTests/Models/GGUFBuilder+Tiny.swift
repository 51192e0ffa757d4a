import Foundation
import _RAMKitTestSupport

extension GGUFBuilder {
  /// A checkpoint as recognize-anything-ggml writes it: the architecture before each name, and
  /// PyTorch's index and mask buffers as floats.
  init(_ tiny: TinyCheckpoint, architecture: String = "ram") {
    metadata = [("general.architecture", Self.text(architecture))]
    for (name, tensor) in tiny.tensors.sorted(by: { $0.key < $1.key }) {
      add(
        "\(architecture).\(name)", tensor.shape.reversed().map { UInt64($0) }, tensor.values)
    }
    let block = "\(architecture).visual_encoder.layers.0.blocks"
    add(
      "\(block).0.attn.relative_position_index", [16, 16],
      (0..<256).map { Float($0 % 49) })
    add("\(block).1.attn_mask", [16, 16, 4], [Float](repeating: -100, count: 1024))
  }
}
