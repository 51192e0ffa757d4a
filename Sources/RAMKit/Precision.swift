import CRAMKernels

/// The number format that weights are kept and multiplied in.
///
/// Sums, biases, LayerNorms, softmaxes and what layers hand to each other are float32 in every
/// precision.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  /// 32-bit floats, as the official checkpoints hold them.
  case float32

  /// 16-bit floats with float32's range and 8 bits of significand. The encoder's and the decoder's
  /// weights take half of the memory; they and what they are multiplied with are rounded, products
  /// are summed in float32. Fast where the CPU has such arithmetic (AVX-512 BF16, AMX, Arm's BF16),
  /// and as fast as float32 elsewhere.
  ///
  /// Logits move, mostly by a few hundredths, so a label whose score lies that near its threshold
  /// can come or go; `Documentation/Numerics.md` of the repository has figures.
  case bfloat16

  /// Bytes, in the large products alone: a scale for each row of weights, and for each token's numbers
  /// a scale and an offset of their own, chosen as they come. A third of float32's memory; what
  /// attention multiplies, and what makes a photo's keys and values for labels, is bfloat16. Fast where the CPU
  /// multiplies bytes (AVX-512 VNNI, AVX-VNNI, AMX, Arm's dot products); elsewhere bfloat16 is no slower.
  ///
  /// Logits move somewhat more than in ``bfloat16``; `Documentation/Numerics.md` has figures. Where a few layers
  /// do most of that, a ``MixedPrecision`` leaves them in bfloat16.
  case int8

  var raw: ramk_precision {
    switch self {
    case .float32: RAMK_FLOAT32
    case .bfloat16: RAMK_BFLOAT16
    case .int8: RAMK_INT8
    }
  }

  /// What attention multiplies, which has no weights, in a model of this precision.
  var ofAttention: Precision { self == .int8 ? .bfloat16 : self }
}
