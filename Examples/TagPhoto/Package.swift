// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "TagPhoto",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "tag-photo",
      dependencies: [.product(name: "RAMKitNano", package: "RAMKit")],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
