import CRAMKernels

extension Reference {
  /// Sizes of a (shifted) window attention, as `ramk_window_attention_arguments` names them.
  package struct WindowAttentionShape: Sendable, CustomStringConvertible {
    package var batch, height, width, window, shift, heads, headDim: Int

    package init(
      batch: Int, height: Int, width: Int, window: Int, shift: Int, heads: Int, headDim: Int
    ) {
      (self.batch, self.height, self.width) = (batch, height, width)
      (self.window, self.shift, self.heads, self.headDim) = (window, shift, heads, headDim)
    }

    package var tokens: Int { batch * height * width }
    package var channels: Int { heads * headDim }
    package var biasCount: Int { (2 * window - 1) * (2 * window - 1) * heads }

    package var description: String {
      "\(batch)x\(height)x\(width) window \(window) shift \(shift) heads \(heads)x\(headDim)"
    }
  }

  /// Swin's window attention on tokens in natural order, written as the paper does it: the map is
  /// rolled by -shift, cut into windows, regions that met only by the roll get -100, and the result
  /// goes back where its query came from. qkv [tokens, 3 · heads · headDim], bias [(2W-1)², heads].
  /// In bfloat16, scaled queries, keys, values and probabilities are rounded to it.
  package static func windowAttention(
    _ qkv: [Float], _ shape: WindowAttentionShape, relativePositionBias: [Float], scale: Float,
    precision: ramk_precision = RAMK_FLOAT32
  ) -> Reference {
    if precision == RAMK_BFLOAT16 {
      let rounded = qkv.enumerated().map { index, value in
        let isQuery = index % (3 * shape.channels) < shape.channels
        return roundedToBfloat16(isQuery ? value * scale : value)
      }
      return windowAttention(
        rounded, shape, relativePositionBias: relativePositionBias, scale: 1,
        probabilityRoundoff: bfloat16Roundoff)
    }
    return windowAttention(
      qkv, shape, relativePositionBias: relativePositionBias, scale: scale, probabilityRoundoff: 0)
  }

  private static func windowAttention(
    _ qkv: [Float], _ shape: WindowAttentionShape, relativePositionBias: [Float], scale: Float,
    probabilityRoundoff: Double
  ) -> Reference {
    let (height, width, window, shift) = (shape.height, shape.width, shape.window, shape.shift)
    let channels = shape.channels
    var out = Reference(count: shape.tokens * channels)
    // The region of a row or column of the rolled map: 0 far from the seam, 1 before it, 2 behind.
    func region(_ position: Int, of extent: Int) -> Int {
      shift == 0 || position < extent - window ? 0 : position < extent - shift ? 1 : 2
    }
    for image in 0..<shape.batch {
      for top in stride(from: 0, to: height, by: window) {
        for left in stride(from: 0, to: width, by: window) {
          var tokens: [Int] = []
          var regions: [Int] = []
          for row in top..<top + window {
            for column in left..<left + window {
              let source = ((row + shift) % height) * width + (column + shift) % width
              tokens.append(image * height * width + source)
              regions.append(region(row, of: height) * 3 + region(column, of: width))
            }
          }
          for head in 0..<shape.heads {
            attend(
              &out, queries: tokens, keys: tokens, headDim: shape.headDim, scale: scale,
              q: (qkv, head * shape.headDim, 3 * channels),
              k: (qkv, channels + head * shape.headDim, 3 * channels),
              v: (qkv, 2 * channels + head * shape.headDim, 3 * channels),
              outOffset: head * shape.headDim, outStride: channels,
              probabilityRoundoff: probabilityRoundoff
            ) { i, j in
              let rows = i / window - j / window + window - 1
              let columns = i % window - j % window + window - 1
              let bias = relativePositionBias[
                (rows * (2 * window - 1) + columns) * shape.heads + head]
              return Double(bias) + (regions[i] == regions[j] ? 0 : -100)
            }
          }
        }
      }
    }
    return out
  }

  /// softmax(scale · q kᵀ) v, head by head. q [queriesPerImage or batch · queries, heads · headDim];
  /// k, v [batch · tokens, heads · headDim]. In bfloat16, q, k, v and probabilities are rounded to it.
  package static func crossAttention(
    q: [Float], k: [Float], v: [Float], batch: Int, queries: Int, tokens: Int, heads: Int,
    headDim: Int, sharedQueries: Bool, scale: Float, precision: ramk_precision = RAMK_FLOAT32
  ) -> Reference {
    let channels = heads * headDim
    let rounds = precision == RAMK_BFLOAT16
    let (q, k, v) =
      rounds
      ? (q.map(roundedToBfloat16), k.map(roundedToBfloat16), v.map(roundedToBfloat16)) : (q, k, v)
    var out = Reference(count: batch * queries * channels)
    for image in 0..<batch {
      for head in 0..<heads {
        let offset = head * headDim
        attend(
          &out, queries: Array(0..<queries), keys: (0..<tokens).map { image * tokens + $0 },
          headDim: headDim, scale: scale,
          q: (q, offset + (sharedQueries ? 0 : image * queries * channels), channels),
          k: (k, offset, channels), v: (v, offset, channels),
          outOffset: image * queries * channels + offset, outStride: channels,
          probabilityRoundoff: rounds ? bfloat16Roundoff : 0
        ) { _, _ in 0 }
      }
    }
    return out
  }

  private typealias Rows = (values: [Float], offset: Int, stride: Int)

  /// One head. `queries` and `keys` are row indices; `addend(i, j)` is added to their i-th and j-th
  /// scores. Query row r goes to output row r.
  ///
  /// Tolerance: a score is off by `sumFactor(headDim)` of Σ|scale·q·k| and u of what is added; its
  /// probability as `softmaxRow` says; the output by that weighted with |v|, and by
  /// `sumFactor(keys)` of Σ p|v|. What rounding probabilities to bfloat16 costs adds to theirs.
  private static func attend(
    _ out: inout Reference, queries: [Int], keys: [Int], headDim: Int, scale: Float, q: Rows,
    k: Rows, v: Rows, outOffset: Int, outStride: Int, probabilityRoundoff: Double,
    addend: (Int, Int) -> Double
  ) {
    var scores = [Double](repeating: 0, count: keys.count)
    var errors = scores
    for (i, query) in queries.enumerated() {
      for (j, key) in keys.enumerated() {
        var sum = 0.0
        var magnitude = 0.0
        for d in 0..<headDim {
          let product =
            Double(q.values[q.offset + query * q.stride + d])
            * Double(k.values[k.offset + key * k.stride + d]) * Double(scale)
          sum += product
          magnitude += abs(product)
        }
        let added = addend(i, j)
        scores[j] = sum + added
        errors[j] = sumFactor(headDim + 2) * magnitude + 2 * u * abs(added)
      }
      let (probabilities, relative) = softmaxRow(scores, errors: errors)
      for d in 0..<headDim {
        var sum = 0.0
        var tolerance = Double(keys.count) * underflow
        for (j, key) in keys.enumerated() {
          let value = Double(v.values[v.offset + key * v.stride + d])
          sum += probabilities[j] * value
          tolerance +=
            abs(value)
            * (probabilities[j] * (relative[j] + sumFactor(keys.count) + probabilityRoundoff)
              + smallestProbability)
        }
        out.values[outOffset + query * outStride + d] = sum
        out.tolerances[outOffset + query * outStride + d] = tolerance
      }
    }
  }
}
