/// Bit patterns to values, by the definition of the formats: what `ramk_convert_to_float32` must
/// give exactly.
package enum ElementReference {
  /// IEEE 754 binary16.
  package static func float16(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      let significand = sign * (1 + fraction * 0x1p-10)
      return Float(sign: .plus, exponent: exponent - 15, significand: significand)
    }
  }

  /// The upper half of a float32.
  package static func bfloat16(_ bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }

  /// The elements of ggml's q8_0: blocks of 34 bytes, a binary16 scale and 32 signed bytes. A
  /// product has 19 bits at most, so float64 and float32 hold it exactly.
  package static func q8_0(_ bytes: [UInt8]) -> [Float] {
    var values: [Float] = []
    for block in stride(from: 0, to: bytes.count, by: 34) {
      let scale = Double(float16(UInt16(bytes[block]) | UInt16(bytes[block + 1]) << 8))
      for byte in bytes[block + 2..<block + 34] {
        values.append(Float(scale * Double(Int8(bitPattern: byte))))
      }
    }
    return values
  }

  /// The bfloat16 nearest to a float, the even one of two as near: the two that enclose it are
  /// looked at, and the distances to them compared in float64.
  package static func rounded(toBfloat16 value: Float) -> UInt16 {
    let below = UInt16(value.bitPattern >> 16)
    guard value.isFinite else { return below | (value.isNaN ? 0x40 : 0) }
    let above = below + 1
    // What would come after the largest number, were there no infinity: 2¹²⁸.
    let next = bfloat16(above).isFinite ? Double(bfloat16(above)) : 0x1p128 * (value < 0 ? -1 : 1)
    let toBelow = abs(Double(value) - Double(bfloat16(below)))
    let toAbove = abs(Double(value) - next)
    if toBelow == toAbove { return below % 2 == 0 ? below : above }
    return toBelow < toAbove ? below : above
  }

  /// Whether two floats are the same number with the same sign, or both NaN.
  package static func same(_ a: Float, _ b: Float) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }
}
