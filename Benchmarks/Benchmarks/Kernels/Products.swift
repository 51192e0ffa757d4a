import CRAMKernels
import CYardsticks

/// Products of RAM and RAM++ (Swin-L) and of Tag2Text (Swin-B) at 384 pixels, with the decoder's
/// panels of 1,024 labels: where nine tenths of their time go.
enum Products {
  struct Size: Sendable, CustomStringConvertible {
    var of: String
    var m, n, k: Int
    var activation = RAMK_ACTIVATION_NONE
    var residual = false

    var description: String { "\(of) \(m)x\(n)x\(k)" }
    var work: Work {
      .arithmetic(
        flop: 2 * m * n * k, read: 4 * (m * k + n + (residual ? m * n : 0)), written: 4 * m * n,
        elements: n * k)
    }
  }

  static let sizes = swin("Swin-L", width: 192) + swin("Swin-B", width: 128) + decoder

  /// The four stages of a Swin transformer.
  private static func swin(_ name: String, width: Int) -> [Size] {
    (0..<4).flatMap { index in
      let (stage, m, c) = ("\(name) stage \(index + 1)", 9216 >> (2 * index), width << index)
      return [
        Size(of: "\(stage) qkv", m: m, n: 3 * c, k: c),
        Size(of: "\(stage) projection", m: m, n: c, k: c, residual: true),
        Size(of: "\(stage) MLP up", m: m, n: 4 * c, k: c, activation: RAMK_ACTIVATION_GELU),
        Size(of: "\(stage) MLP down", m: m, n: c, k: 4 * c, residual: true),
      ]
    }
  }

  private static let decoder = [
    Size(of: "image projection", m: 145, n: 512, k: 1536),
    Size(of: "label projection", m: 4585, n: 768, k: 512, activation: RAMK_ACTIVATION_RELU),
    Size(of: "decoder key", m: 145, n: 768, k: 512),
    Size(of: "Tag2Text decoder key", m: 145, n: 768, k: 1024),
    Size(of: "decoder query", m: 1024, n: 768, k: 768),
    Size(of: "decoder MLP up", m: 1024, n: 3072, k: 768, activation: RAMK_ACTIVATION_GELU),
    Size(of: "decoder MLP down", m: 1024, n: 768, k: 3072, residual: true),
  ]

  static let cases = sizes.map { size in
    KernelCase(operation: "gemm", shape: "\(size)", work: size.work) { context in
      let a = Memory.floats(size.m * size.k)
      // What is multiplied in bfloat16 comes and goes so.
      let isRounded = context.precision == RAMK_BFLOAT16
      let rounded = isRounded ? Memory.bfloat16(size.m * size.k, context) : nil
      let weights = context.weights(n: size.n, k: size.k)
      let bias = Memory.floats(size.n)
      let out = Memory.floats(size.m * size.n)
      let roundedOut = isRounded ? Memory.bfloat16(size.m * size.n, context) : nil
      let bytes = ramk_gemm_workspace_size(
        context.pointer, context.precision, size.m, size.n, size.k)
      let workspace = Memory(byteCount: bytes)
      // A residual is added over and over here: apart from `out`, or it would grow beyond bounds.
      let residual = size.residual ? Memory.floats(size.m * size.n) : nil
      return {
        var arguments = ramk_gemm_arguments(
          m: size.m, a: isRounded ? nil : a.floats,
          rounded_a: rounded.map { UnsafePointer($0.halves) }, a_stride: size.k,
          weights: weights.raw, bias: bias.floats, residual: residual?.floats,
          residual_stride: size.n, activation: size.activation, gain: nil, norm_bias: nil,
          epsilon: 0, out: isRounded ? nil : out.floats, rounded_out: roundedOut?.halves,
          out_stride: size.n)
        return ramk_gemm(context.pointer, context.precision, &arguments, workspace.raw, bytes)
      }
    }
  }

  /// The same products by OpenBLAS.
  static let openBLAS = sizes.map { size in
    KernelCase(plain: "gemm", shape: "\(size)", work: size.work) {
      let a = Memory.floats(size.m * size.k)
      let weights = Memory.floats(size.n * size.k)
      let out = Memory.floats(size.m * size.n)
      return {
        yardstick_sgemm(size.m, size.n, size.k, a.floats, weights.floats, out.floats)
          ? RAMK_OK : RAMK_IMPLEMENTATION_UNAVAILABLE
      }
    }
  }
}
