#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A linear estimate of how far each label's logit lies above its threshold, from a photo's mean token.
struct LabelEstimate: Sendable {
  /// [labels, width of a token]
  let weights: Matrix
  /// [labels, 1]: what is added; minus infinity for labels that can't be tags.
  let offsets: Matrix
  /// Tells its numbers from others.
  private let digest: String

  init(weights: Matrix, offsets: Matrix) {
    self.weights = weights
    self.offsets = offsets
    var digest = SHA256Digest()
    for matrix in [weights, offsets] { matrix.withBytes { digest.update($0) } }
    self.digest = digest.hexadecimal
  }
}

extension LabelEstimate: Hashable {
  static func == (a: LabelEstimate, b: LabelEstimate) -> Bool { a.digest == b.digest }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

@ComputeActor
extension LabelEstimate {
  /// The weight of the ridge, as a share of the tokens' mean variance: enough where photos are fewer than a
  /// token's numbers.
  private static let ridge = 0.01

  /// Ridge regression of the labels' logits on the photos' mean tokens.
  ///
  /// With tokens X [photos, width] and logits Y [photos, labels], less their means: weights =
  /// Yᵀ · X · (Xᵀ · X + ridge)⁻¹.
  ///
  /// - Complexity: O(width² · (width + photos)) in float64, and two products for the kernels.
  init(
    fittedTo photos: [ScreenedPhoto], thresholds: [Float], compute: ComputeContext
  ) throws(RAMKitError) {
    let (tokens, meanToken) = try Self.centred(photos.map(\.meanToken.values))
    let (logits, meanLogits) = try Self.centred(photos.map(\.logits))
    let (width, labels) = (tokens.rows, logits.rows)

    let products = try Matrix(rows: width, columns: width)
    try compute.multiply(tokens, by: tokens, into: products)
    let solved = try Matrix(
      rows: width, columns: photos.count,
      values: Self.solved(products.values.map(Double.init), tokens))

    let weights = try Matrix(rows: labels, columns: width)
    try compute.multiply(logits, by: solved, into: weights)
    let offsets = try Matrix(rows: labels, columns: 1)
    try compute.rowDots(
      of: weights,
      and: Matrix(rows: 1, columns: width, values: meanToken).firstRow(times: labels),
      into: offsets)
    withExtendedLifetime(offsets) {
      for label in 0..<labels {
        offsets.pointer[label] =
          meanLogits[label] - offsets.pointer[label] - Self.logit(thresholds[label])
      }
    }
    self.init(weights: weights, offsets: offsets)
  }

  /// How far each label's logit is thought to lie above its threshold.
  func clearances(
    of meanToken: Matrix, compute: ComputeContext
  ) throws(RAMKitError) -> [Float] {
    let out = try compute.matrix(rows: weights.rows, columns: 1)
    try compute.rowDots(
      of: weights, and: meanToken.firstRow(times: weights.rows), bias: offsets, into: out)
    return out.values
  }

  /// (products + ridge)⁻¹ · tokens, row by row.
  private static func solved(_ products: [Double], _ tokens: Matrix) throws(RAMKitError) -> [Float]
  {
    let (width, photos) = (tokens.rows, tokens.columns)
    let variance = (0..<width).reduce(0) { $0 + products[$1 * width + $1] } / Double(width)
    var system = products
    // Tokens that are all alike tell nothing: any ridge makes the weights 0.
    for index in 0..<width { system[index * width + index] += variance > 0 ? ridge * variance : 1 }
    guard let factor = Cholesky(system, order: width) else {
      throw .invalidOption(name: "photos", reason: "their tokens hold no finite numbers")
    }
    let values = tokens.values
    var solved = [Float](repeating: 0, count: width * photos)
    for photo in 0..<photos {
      let solution = factor.solve((0..<width).map { Double(values[$0 * photos + photo]) })
      for row in 0..<width { solved[row * photos + photo] = Float(solution[row]) }
    }
    return solved
  }

  /// The photos' rows as columns, less their mean, and the mean.
  private static func centred(_ rows: [[Float]]) throws(RAMKitError) -> (Matrix, [Float]) {
    let width = rows.first?.count ?? 0
    let centred = try Matrix(rows: width, columns: rows.count)
    var means: [Float] = []
    withExtendedLifetime(centred) {
      for column in 0..<width {
        let mean = Float(rows.reduce(0) { $0 + Double($1[column]) } / Double(rows.count))
        let line = centred.pointer + column * rows.count
        for (index, row) in rows.enumerated() { line[index] = row[column] - mean }
        means.append(mean)
      }
    }
    return (centred, means)
  }

  /// The logit that has to be exceeded.
  private static func logit(_ threshold: Float) -> Float {
    let threshold = Double(threshold)
    return Float(log(threshold / (1 - threshold)))
  }
}

@ComputeActor
extension ComputeContext {
  /// out = a · bᵀ
  fileprivate func multiply(_ a: Matrix, by b: Matrix, into out: Matrix) throws(RAMKitError) {
    let weights = try withExtendedLifetime(b) { () throws(RAMKitError) in
      try PreparedMatrix(
        outputs: b.rows, inputs: b.columns, weights: b.pointer, precision: .float32, compute: self)
    }
    try apply(Linear(weights: weights, bias: nil), to: a, into: out)
  }
}
