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

  /// Whether two floats are the same number with the same sign, or both NaN.
  package static func same(_ a: Float, _ b: Float) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }
}
