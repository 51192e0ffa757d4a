// What a tile applies to its sums before it stores them: to be included behind `vector.h`, inside of its
// target attribute.

/// ReLU or ReLU6, or x itself where `activation` is neither. NaN stays NaN.
VEC_INLINE vec vec_relu(vec x, ramk_activation activation) {
  if (activation != RAMK_ACTIVATION_RELU && activation != RAMK_ACTIVATION_RELU6) return x;
  const vec positive = vec_max(vec_set(0), x);
  return activation == RAMK_ACTIVATION_RELU ? positive : vec_min(vec_set(6), positive);
}
