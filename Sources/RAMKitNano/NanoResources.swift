import RAMKit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of this target, found without `Bundle.module`, which ends the process where a program
/// was moved.
enum NanoResources {
  private static let locator = ResourceLocator(target: "RAMKitNano")

  static func checkpoint() throws(RAMKitError) -> URL {
    try locator.url(of: "ram-nano.safetensors")
  }

  static func textEncoder() throws(RAMKitError) -> URL {
    try locator.url(of: "ram-nano-text.safetensors")
  }

  static func labels() throws(RAMKitError) -> URL {
    try locator.url(of: "ram-nano-labels.json")
  }
}
