#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TensorSource {
  /// The conversions behind the file, the first one first; nil where what it says can't be read.
  var carriedConversions: [ModelDescription.Conversion]? {
    guard isRAMKitFile, let text = metadata[FileMetadata.conversions] else { return [] }
    return try? JSONDecoder().decode([ModelDescription.Conversion].self, from: Data(text.utf8))
  }
}

extension ModelDescription.Conversion {
  /// JSON for ``FileMetadata/conversions``.
  static func json(_ conversions: [Self]) throws(RAMKitError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(conversions), as: UTF8.self)
    } catch {
      throw .internalFault(reason: "conversions could not be written as JSON: \(error)")
    }
  }
}
