import RAMKit

/// SHA-256 of `bytes`, as 64 hexadecimal digits: golden data is often only a digest.
package func sha256(_ bytes: some Collection<UInt8>) -> String {
  var digest = SHA256Digest()
  Array(bytes).withUnsafeBytes { digest.update($0) }
  return digest.hexadecimal
}
