import CRAMKernels

extension Reference {
  /// Patches of images [batch, 3, height, width], projected by weights [channels, 3 · patch²] and,
  /// with `gain`, normalised: a product followed by `layerNorm`, tolerances included.
  package static func patchEmbedding(
    _ images: [Float], batch: Int, height: Int, width: Int, patch: Int, channels: Int,
    weights: [Float], bias: [Float], gain: [Float]?, normBias: [Float]?, epsilon: Float
  ) -> Reference {
    var patches: [Float] = []
    for image in 0..<batch {
      for top in stride(from: 0, to: height, by: patch) {
        for left in stride(from: 0, to: width, by: patch) {
          for plane in 0..<3 {
            for row in top..<top + patch {
              let start = ((image * 3 + plane) * height + row) * width + left
              patches += images[start..<start + patch]
            }
          }
        }
      }
    }
    let tokens = batch * (height / patch) * (width / patch)
    let product = matrixProduct(
      patches, m: tokens, n: channels, k: 3 * patch * patch, weights: weights, bias: bias)
    guard let gain, let normBias else { return product }
    return layerNorm(
      product, rows: tokens, columns: channels, gain: gain, bias: normBias, epsilon: epsilon)
  }

  /// Swin's merging of x [batch · height · width, channels]: 2 x 2 neighbours joined (even row even
  /// column, odd row even column, even row odd column, odd row odd column), `layerNorm`, product
  /// with weights [n, 4 · channels].
  package static func patchMerging(
    _ x: [Float], batch: Int, height: Int, width: Int, channels: Int, gain: [Float],
    normBias: [Float], epsilon: Float, n: Int, weights: [Float]
  ) -> Reference {
    var joined: [Float] = []
    for image in 0..<batch {
      for top in stride(from: 0, to: height, by: 2) {
        for left in stride(from: 0, to: width, by: 2) {
          for (row, column) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let token = (image * height + top + row) * width + left + column
            joined += x[token * channels..<(token + 1) * channels]
          }
        }
      }
    }
    let tokens = batch * (height / 2) * (width / 2)
    let normalised = layerNorm(
      Reference(exactly: joined), rows: tokens, columns: 4 * channels, gain: gain, bias: normBias,
      epsilon: epsilon)
    return matrixProduct(normalised, m: tokens, n: n, k: 4 * channels, weights: weights)
  }

  /// Sizes of a convolution, as `ramk_convolution_arguments` names them.
  package struct ConvolutionShape: Sendable, CustomStringConvertible {
    package var batch, height, width, channels, kernel, stride: Int
    package var padTop, padLeft, outHeight, outWidth: Int

    package init(
      batch: Int = 1, height: Int, width: Int, channels: Int, kernel: Int, stride: Int = 1,
      padTop: Int = 0, padLeft: Int = 0, outHeight: Int, outWidth: Int
    ) {
      (self.batch, self.height, self.width, self.channels) = (batch, height, width, channels)
      (self.kernel, self.stride, self.padTop, self.padLeft) = (kernel, stride, padTop, padLeft)
      (self.outHeight, self.outWidth) = (outHeight, outWidth)
    }

    package var inputCount: Int { batch * height * width * channels }
    package var outputPixels: Int { batch * outHeight * outWidth }

    package var description: String {
      "\(batch)x\(height)x\(width)x\(channels) kernel \(kernel) stride \(stride) "
        + "pad \(padTop),\(padLeft) -> \(outHeight)x\(outWidth)"
    }

    /// The index in x of a kernel position's pixel (its first channel), nil in the padding.
    func source(image: Int, row: Int, column: Int, _ kernelRow: Int, _ kernelColumn: Int) -> Int? {
      let y = row * stride + kernelRow - padTop
      let x = column * stride + kernelColumn - padLeft
      guard (0..<height).contains(y), (0..<width).contains(x) else { return nil }
      return ((image * height + y) * width + x) * channels
    }
  }

  /// A dense convolution of x, channels last, by weights [n, kernel · kernel · channels].
  package static func convolution(
    _ x: [Float], _ shape: ConvolutionShape, n: Int, weights: [Float], bias: [Float]?,
    activation: ramk_activation
  ) -> Reference {
    var gathered: [Float] = []
    let nothing = [Float](repeating: 0, count: shape.channels)
    for image in 0..<shape.batch {
      for row in 0..<shape.outHeight {
        for column in 0..<shape.outWidth {
          for tap in 0..<shape.kernel * shape.kernel {
            let source = shape.source(
              image: image, row: row, column: column, tap / shape.kernel, tap % shape.kernel)
            gathered += source.map { x[$0..<$0 + shape.channels] } ?? nothing[...]
          }
        }
      }
    }
    return matrixProduct(
      gathered, m: shape.outputPixels, n: n, k: shape.kernel * shape.kernel * shape.channels,
      weights: weights, bias: bias, activation: activation)
  }

  /// A depthwise convolution of x, channels last, by weights [kernel, kernel, channels].
  ///
  /// Tolerance: `sumFactor(kernel²)` of Σ|x·w| + |bias|.
  package static func depthwiseConvolution(
    _ x: [Float], _ shape: ConvolutionShape, weights: [Float], bias: [Float]?,
    activation: ramk_activation
  ) -> Reference {
    let channels = shape.channels
    var out = Reference(count: shape.outputPixels * channels)
    for image in 0..<shape.batch {
      for row in 0..<shape.outHeight {
        for column in 0..<shape.outWidth {
          let target = ((image * shape.outHeight + row) * shape.outWidth + column) * channels
          let sources = (0..<shape.kernel * shape.kernel).map {
            shape.source(
              image: image, row: row, column: column, $0 / shape.kernel, $0 % shape.kernel)
          }
          for channel in 0..<channels {
            var sum = Double(bias?[channel] ?? 0)
            var magnitude = abs(sum)
            for (tap, source) in sources.enumerated() {
              guard let source else { continue }
              let product = Double(x[source + channel]) * Double(weights[tap * channels + channel])
              sum += product
              magnitude += abs(product)
            }
            let tolerance =
              sumFactor(sources.count + 1) * magnitude + Double(sources.count + 1) * underflow
            (out.values[target + channel], out.tolerances[target + channel]) = activated(
              sum, tolerance: tolerance, by: activation)
          }
        }
      }
    }
    return out
  }
}
