import Foundation
import RAMKit

extension Checkpoint {
  /// A float32, float64 or int32 tensor's numbers; golden data is read this way.
  package func doubles(_ name: String) throws -> [Double] {
    guard let tensor = tensors[name] else {
      throw RAMKitError.missingTensors(path: path, names: [name])
    }
    return try withBytes(of: tensor) { bytes in
      (0..<tensor.shape.reduce(1, *)).map { index in
        switch tensor.elementType {
        case .float64: bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
        case .int32: Double(bytes.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
        default: Double(bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
        }
      }
    }
  }
}

/// The largest distance between two lists of numbers; infinite where their lengths differ.
package func maximumDistance<A: BinaryFloatingPoint>(_ a: [A], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
}
