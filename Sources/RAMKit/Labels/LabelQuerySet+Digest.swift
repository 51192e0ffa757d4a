extension LabelQuerySet {
  /// Tells these labels from others by their names, thresholds, whether they are omitted, and what they
  /// are asked by. Made once a set.
  ///
  /// - Complexity: a pass over the queries: 9 MB for the official RAM, 0.5 GB for RAM++ in float32.
  package var digest: String {
    identity.digest.withLock { kept in
      if let kept { return kept }
      let made = makeDigest()
      kept = made
      return made
    }
  }

  private func makeDigest() -> String {
    var digest = SHA256Digest()
    for label in labels {
      digest.update(text: label.name)
      digest.update(text: "\(label.threshold.bitPattern) \(label.isOmitted)")
    }
    switch queries {
    case .outputs(let indices): digest.update(text: "\(indices)")
    case .embeddings(let embeddings):
      for group in embeddings.groups {
        let first = group * embeddings.descriptions
        embeddings.rows.withBytes(of: first..<(first + embeddings.descriptions)) {
          digest.update($0)
        }
      }
    }
    return digest.hexadecimal
  }
}

extension TextEmbeddings.Rows {
  /// The bytes of some rows, which lie one behind the other.
  fileprivate func withBytes(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
    switch self {
    case .float32(let matrix): matrix.rows(range).withBytes(body)
    case .bfloat16(let matrix):
      withExtendedLifetime(matrix) {
        body(
          UnsafeRawBufferPointer(
            UnsafeBufferPointer(
              start: matrix.pointer + range.lowerBound * width, count: range.count * width)))
      }
    }
  }
}
