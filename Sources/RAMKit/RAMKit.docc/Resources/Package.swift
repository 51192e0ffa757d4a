// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "TagFolder",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/ramkit/RAMKit", from: "0.1.0")
  ],
  targets: [
    .executableTarget(
      name: "tag-folder",
      dependencies: [.product(name: "RAMKitNano", package: "RAMKit")],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
