import CRAMKernels

/// What stands before and between the stages of Swin-L (192 channels) and Swin-B (128) at 384 pixels.
enum Swin {
  static let cases =
    [192, 128].map { patchEmbedding(side: 384, channels: $0) }
    + [(96, 192), (48, 384), (24, 768), (96, 128), (48, 256), (24, 512)]
    .map { patchMerging(side: $0, channels: $1) }

  static func patchEmbedding(side: Int, channels: Int) -> KernelCase {
    let (patch, tokens) = (4, side * side / 16)
    let inputs = 3 * patch * patch
    return KernelCase(
      operation: "patch_embedding", kernel: "gemm",
      shape: "\(side)x\(side) px to \(channels) channels",
      work: .arithmetic(
        flop: 2 * tokens * inputs * channels, read: 12 * side * side,
        written: 4 * tokens * channels, elements: inputs * channels)
    ) { context in
      let images = Memory.floats(3 * side * side)
      let weights = context.weights(n: channels, k: inputs)
      let (bias, gain) = (Memory.floats(channels), Memory.floats(channels))
      let out = Memory.floats(tokens * channels)
      let arguments: @Sendable () -> ramk_patch_embedding_arguments = {
        ramk_patch_embedding_arguments(
          batch: 1, height: side, width: side, patch: patch, images: images.floats,
          weights: weights.raw, bias: bias.floats, gain: gain.floats, norm_bias: bias.floats,
          epsilon: 1e-5, out: out.floats, out_stride: channels)
      }
      var sized = arguments()
      let bytes = ramk_patch_embedding_workspace_size(context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_patch_embedding(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }

  static func patchMerging(side: Int, channels: Int) -> KernelCase {
    let (tokens, outputs) = (side * side, 2 * channels)
    return KernelCase(
      operation: "patch_merging", kernel: "gemm", shape: "\(side)x\(side)x\(channels)",
      work: .arithmetic(
        flop: 2 * tokens * channels * outputs, read: 4 * tokens * channels,
        written: tokens * outputs, elements: 4 * channels * outputs)
    ) { context in
      let x = Memory.floats(tokens * channels)
      let (gain, bias) = (Memory.floats(4 * channels), Memory.floats(4 * channels))
      let weights = context.weights(n: outputs, k: 4 * channels)
      let out = Memory.floats(tokens / 4 * outputs)
      let arguments: @Sendable () -> ramk_patch_merging_arguments = {
        ramk_patch_merging_arguments(
          batch: 1, height: side, width: side, channels: channels, x: x.floats, x_stride: channels,
          gain: gain.floats, norm_bias: bias.floats, epsilon: 1e-5, weights: weights.raw,
          out: out.floats, out_stride: outputs)
      }
      var sized = arguments()
      let bytes = ramk_patch_merging_workspace_size(context.pointer, context.precision, &sized)
      let workspace = Memory(byteCount: bytes)
      return {
        var arguments = arguments()
        return ramk_patch_merging(
          context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }
}
