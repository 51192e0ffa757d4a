/// What a reader of a checkpoint found wrong; ``Checkpoint`` adds the path.
package struct CheckpointDefect: Error {
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// A name from a file, fit for an error message: not too long, on one line.
func quoted(_ name: some StringProtocol) -> String {
  var text = "'"
  for scalar in name.unicodeScalars.prefix(120) {
    let isPlain = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
    text += isPlain ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }
  return text + (name.unicodeScalars.count > 120 ? "...'" : "'")
}

/// Text that must be valid UTF-8; nil where it is not.
func strictUTF8(_ bytes: some Collection<UInt8>) -> String? {
  let bytes = Array(bytes)
  let text = String(decoding: bytes, as: UTF8.self)
  // Decoding repairs what is invalid, and the repair has other bytes.
  return Array(text.utf8) == bytes ? text : nil
}
