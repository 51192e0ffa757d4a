import CRAMKernels

// What a layer holds for the kernels: weights prepared, vectors as matrices of one row.

/// A layer's LayerNorm: gain and bias of `columns` numbers each.
package struct LayerNorm: Sendable {
  package let gain: Matrix
  package let bias: Matrix
  package let epsilon: Float

  package init(gain: Matrix, bias: Matrix, epsilon: Float) {
    self.gain = gain
    self.bias = bias
    self.epsilon = epsilon
  }

  /// Whether rows of so many columns can be normalised.
  func fits(_ columns: Int) -> Bool { gain.columns == columns && bias.columns == columns }
}

/// A layer's product: prepared weights [outputs, inputs], and a bias of `outputs` numbers or none.
package struct Linear: Sendable {
  package let weights: PreparedMatrix
  package let bias: Matrix?

  package init(weights: PreparedMatrix, bias: Matrix?) {
    self.weights = weights
    self.bias = bias
  }

  /// The product that changes nothing: for models that leave a projection out where widths agree.
  package init(identity width: Int, compute: ComputeContext) throws(RAMKitError) {
    weights = try PreparedMatrix(
      try Matrix(unit: width), precision: .float32, compute: compute)
    bias = nil
  }
}

/// A transformer's feed-forward network: contraction · gelu(expansion · x).
package struct FeedForward: Sendable {
  package let expansion: Linear
  package let contraction: Linear

  package init(expansion: Linear, contraction: Linear) {
    self.expansion = expansion
    self.contraction = contraction
  }
}

/// What is applied at the end of a product.
package enum Activation: Sendable {
  case none, relu, relu6, gelu

  var raw: ramk_activation {
    switch self {
    case .none: RAMK_ACTIVATION_NONE
    case .relu: RAMK_ACTIVATION_RELU
    case .relu6: RAMK_ACTIVATION_RELU6
    case .gelu: RAMK_ACTIVATION_GELU
    }
  }
}
