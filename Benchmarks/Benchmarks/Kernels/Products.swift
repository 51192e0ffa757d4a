import CRAMKernels

/// Products of RAM with Swin-L at 384 pixels and 4,585 labels: where nine tenths of its time go.
enum Products {
  struct Size: Sendable, CustomStringConvertible {
    var of: String
    var m, n, k: Int
    var activation = RAMK_ACTIVATION_NONE
    var residual = false

    var description: String { "\(of) \(m)x\(n)x\(k)" }
    var flop: Int { 2 * m * n * k }
  }

  static let sizes = [
    Size(of: "stage 1 qkv", m: 9216, n: 576, k: 192),
    Size(of: "stage 3 qkv", m: 576, n: 2304, k: 768),
    Size(of: "stage 3 MLP up", m: 576, n: 3072, k: 768, activation: RAMK_ACTIVATION_GELU),
    Size(of: "stage 3 MLP down", m: 576, n: 768, k: 3072, residual: true),
    Size(of: "stage 4 qkv", m: 144, n: 4608, k: 1536),
    Size(of: "decoder MLP up", m: 4585, n: 3072, k: 768, activation: RAMK_ACTIVATION_GELU),
  ]

  static let cases = sizes.map { size in
    KernelCase(operation: "gemm", shape: "\(size)", work: .flop(size.flop)) { context in
      let a = Memory.floats(size.m * size.k)
      let weights = context.weights(n: size.n, k: size.k)
      let bias = Memory.floats(size.n)
      let out = Memory.floats(size.m * size.n)
      let bytes = ramk_gemm_workspace_size(
        context.pointer, RAMK_FLOAT32, size.m, size.n, size.k)
      let workspace = Memory(byteCount: bytes)
      // A residual is added over and over here: apart from `out`, or it would grow beyond bounds.
      let residual = size.residual ? Memory.floats(size.m * size.n) : nil
      return {
        var arguments = ramk_gemm_arguments(
          m: size.m, a: a.floats, a_stride: size.k, weights: weights.raw, bias: bias.floats,
          residual: residual?.floats, residual_stride: size.n, activation: size.activation,
          out: out.floats, out_stride: size.n)
        return ramk_gemm(context.pointer, RAMK_FLOAT32, &arguments, workspace.raw, bytes)
      }
    }
  }
}
