// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "RAMKitBenchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(name: "RAMKit", path: ".."),
    // Without its traits it interposes no malloc and needs no further packages.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    // What kernels are measured against: a core's multiply-adds, and OpenBLAS.
    .target(
      name: "CYardsticks",
      dependencies: [.product(name: "CRAMKernels", package: "RAMKit")],
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .executableTarget(
      name: "Kernels",
      dependencies: [
        "CYardsticks",
        .product(name: "CRAMKernels", package: "RAMKit"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Kernels",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
