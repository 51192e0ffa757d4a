// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "RAMKitBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "RAMKit", path: ".."),
    // Without its traits it interposes no malloc and needs no further packages.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    // A thread's clock, a stream through memory, and OpenBLAS to measure against.
    .target(
      name: "CYardsticks",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    // What a benchmark leaves behind in a file of results.
    .target(
      name: "Records",
      dependencies: [.product(name: "CRAMKernels", package: "RAMKit")]),
    .executableTarget(
      name: "Kernels",
      dependencies: [
        "CYardsticks",
        "Records",
        .product(name: "CRAMKernels", package: "RAMKit"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Kernels",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "Models",
      dependencies: [
        "Records",
        .product(name: "RAMKit", package: "RAMKit"),
        .product(name: "RAMKitNano", package: "RAMKit"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Models",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    // Thresholds and the roofline, from a file of results.
    .executableTarget(
      name: "Report",
      dependencies: [
        "Records",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "ReportTests", dependencies: ["Records", "Report"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
