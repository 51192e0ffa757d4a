// swift-tools-version: 6.2

import PackageDescription

// MARK: - Settings

// Kernels are optimised in debug builds too: a debug build of an app that embeds RAMKit
// would otherwise spend minutes on a photo.
let optimised: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off"])]

// OpenMP serves Linux; Apple systems use Dispatch. Without the trait, plain threads serve both.
let openMP = BuildSettingCondition.when(platforms: [.linux], traits: ["OpenMP"])

// Apple systems decode photos through ImageIO.
let codecLibraries: [LinkerSetting] = ["jpeg", "png", "webp", "webpdemux", "gif", "dl"].map {
  .linkedLibrary($0, .when(platforms: [.linux]))
}

let package = Package(
  name: "RAMKit",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .visionOS(.v2)],

  // MARK: - Public products
  products: [
    .library(name: "RAMKit", targets: ["RAMKit"]),
    .library(name: "RAMKitNano", targets: ["RAMKitNano"]),
    // For C, and for timing kernels on their own.
    .library(name: "CRAMKernels", targets: ["CRAMKernels"]),
    .executable(name: "ramkit", targets: ["RAMKitCommand"]),
  ],
  traits: [
    .trait(
      name: "OpenMP",
      description: "Run kernels on OpenMP threads (Linux, libomp); plain threads otherwise."),
    .default(enabledTraits: ["OpenMP"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // MARK: - Implementation
    .target(
      name: "CRAMKernels",
      cSettings: optimised + [
        .headerSearchPath("."),
        .define("RAMK_USE_OPENMP", openMP),
        .unsafeFlags(["-fopenmp"], openMP),
      ],
      linkerSettings: [
        .linkedLibrary("omp5", openMP),
        .linkedLibrary("m", .when(platforms: [.linux])),
      ]),
    .target(name: "CRAMDigest", cSettings: optimised),
    .target(
      name: "CRAMImageCodecs",
      cSettings: optimised,
      linkerSettings: codecLibraries),
    .systemLibrary(
      name: "CZlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "RAMKit",
      dependencies: ["CRAMKernels", "CRAMDigest", "CRAMImageCodecs", "CZlib"],
      resources: [
        .copy("Resources/ram-labels.json"),
        .copy("Resources/tag2text-labels.json"),
      ]),
    .target(
      name: "RAMKitNano",
      dependencies: ["RAMKit"],
      resources: [
        .copy("Resources/ram-nano.safetensors"),
        .copy("Resources/ram-nano-text.safetensors"),
        .copy("Resources/ram-nano-labels.json"),
      ]),
    // What `ramkit` reads besides photos and models. A target of its own, because nothing but a test
    // can link an executable, and fuzzers have to reach it.
    .target(
      name: "RAMKitCommandInput",
      dependencies: ["RAMKit"],
      path: "Sources/RAMKitCommand/Input"),
    .executableTarget(
      name: "RAMKitCommand",
      dependencies: [
        "RAMKit",
        "RAMKitCommandInput",
        "RAMKitNano",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Input"]),

    // MARK: - Tests
    .target(
      name: "_RAMKitTestSupport",
      dependencies: ["RAMKit", "CRAMKernels"],
      // References in float64 are loops: unoptimised they would take most of a test run.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(
      name: "_RAMKitFuzzing",
      dependencies: ["RAMKit", "RAMKitCommandInput", "CRAMImageCodecs", "CZlib"]),
    .testTarget(
      name: "CRAMKernelsTests",
      dependencies: ["CRAMKernels", "_RAMKitTestSupport"]),
    .testTarget(
      name: "RAMKitTests",
      dependencies: ["RAMKit", "CRAMKernels", "_RAMKitFuzzing", "_RAMKitTestSupport"],
      resources: [.copy("Resources")]),
    .testTarget(
      name: "RAMKitNanoTests",
      dependencies: ["RAMKitNano", "_RAMKitTestSupport"],
      resources: [.copy("Resources")]),
    .testTarget(
      name: "RAMKitCommandTests",
      dependencies: ["RAMKitCommand", "RAMKitCommandInput", "_RAMKitTestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

// The fuzzers need libFuzzer, which `Scripts/fuzz` links to them; nobody else builds them.
if Context.environment["RAMKIT_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: ["_RAMKitFuzzing"],
      path: "Fuzzing",
      exclude: ["Dictionaries"]))
}
