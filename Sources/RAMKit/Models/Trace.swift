/// Sees intermediate tensors while a model runs, each as soon as it is there. Tests compare them
/// with the official ones; a benchmark reads the clock.
///
/// Names are the official modules'. Where no module's output is what was made, the name says what
/// it is of: "layers.0.blocks.0.attention" is the block's state between attention and feed-forward,
/// "tagging_head.memory" the keys and values, "tagging_head.queries" the label-only work.
///
/// The matrix may be overwritten once the closure returns.
package typealias Trace = @Sendable @ComputeActor (_ name: String, _ values: Matrix) -> Void
