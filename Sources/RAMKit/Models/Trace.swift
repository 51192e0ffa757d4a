/// Sees intermediate tensors, under the official modules' names, while a model runs; tests compare
/// them with the official ones. The matrix may be overwritten once the closure returns.
package typealias Trace = @Sendable @ComputeActor (_ name: String, _ values: Matrix) -> Void
