import CRAMKernels
import Records

/// What a call has to do, however it goes about it.
struct Work: Sendable {
  let yardstick: Record.Yardstick
  /// Floating-point operations; a multiply-add is two.
  let flop: Int
  /// Bytes of operands, each read once.
  let read: Int
  /// Bytes of results, each written once.
  let written: Int
  /// Elements of operands that are kept in the precision, prepared weights for instance: read once, too, but
  /// in fewer bytes.
  let elements: Int

  /// Bias, activation, softmax and LayerNorm within count as nothing.
  static func arithmetic(flop: Int, read: Int, written: Int, elements: Int = 0) -> Work {
    Work(yardstick: .arithmetic, flop: flop, read: read, written: written, elements: elements)
  }

  /// - Parameter flop: additions and multiplications of the formula, an exponential being one.
  static func memory(read: Int, written: Int, flop: Int = 0) -> Work {
    Work(yardstick: .memory, flop: flop, read: read, written: written, elements: 0)
  }

  /// Bytes that must be read or written, once.
  func bytes(in precision: ramk_precision) -> Int {
    let element =
      switch precision {
      case RAMK_INT8: 1
      case RAMK_BFLOAT16: 2
      default: 4
      }
    return read + written + elements * element
  }
}
