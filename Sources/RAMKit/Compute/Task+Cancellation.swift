extension Task where Success == Never, Failure == Never {
  /// Throws ``RAMKitError/cancelled`` where the task that runs this was cancelled.
  static func checkRAMKitCancellation() throws(RAMKitError) {
    if isCancelled { throw .cancelled }
  }
}
