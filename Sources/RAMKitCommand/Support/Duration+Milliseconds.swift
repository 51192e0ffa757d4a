extension Duration {
  /// The duration for people, in whole milliseconds.
  var milliseconds: String {
    "\(Int((self / .milliseconds(1)).rounded())) ms"
  }
}
