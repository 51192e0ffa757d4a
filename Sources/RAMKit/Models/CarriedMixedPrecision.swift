#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TensorSource {
  /// What was measured before an int8 file of RAMKit's was written; nil for other files, or where what it
  /// says can't be read.
  var carriedMixedPrecision: MixedPrecision? {
    guard isRAMKitFile, let text = metadata[FileMetadata.mixedPrecision] else { return nil }
    return try? JSONDecoder().decode(MixedPrecision.self, from: Data(text.utf8))
  }
}

extension Checkpoint {
  /// A file that RAMKit wrote in int8 has in bfloat16 what is to run in it.
  package func precision(ofProduct name: String, wanted precision: Precision) -> Precision {
    let isInt8File = isRAMKitFile && metadata[FileMetadata.precision] == Precision.int8.rawValue
    return precision == .int8 && isInt8File && elementType(of: name) == .bfloat16
      ? .bfloat16 : precision
  }
}

extension MixedPrecision {
  /// JSON for ``FileMetadata/mixedPrecision``.
  func json() throws(RAMKitError) -> String {
    try FileMetadata.json(self)
  }
}
