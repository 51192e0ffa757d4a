/// A parser of RAMKit that is fed bytes which anybody may have made, and what has to hold for each.
///
/// `Scripts/fuzz` runs these under libFuzzer, and a test runs them over the files in `seeds`.
package struct Fuzzer: Sendable {
  /// Files to start from: those in a folder below the tests' resources that end like this.
  package struct Seeds: Sendable {
    package let folder: String
    package let suffix: String
  }

  package let name: String

  /// Beside those in `Fuzzing/NAME`, which every fuzzer has.
  package let otherSeeds: [Seeds]

  /// Makes sums and lengths right again after bytes were changed, so that a parser looks further
  /// than its first check; nil where the format has nothing of the kind.
  package let repair: (@Sendable (inout [UInt8]) -> Void)?

  /// Parses, and checks the result. False where the bytes are no input for this parser, from which
  /// nothing is to be learned.
  package let check: @Sendable (UnsafeRawBufferPointer) throws(Violation) -> Bool

  init(
    _ name: String, seeds: [Seeds] = [], repair: (@Sendable (inout [UInt8]) -> Void)? = nil,
    check: @escaping @Sendable (UnsafeRawBufferPointer) throws(Violation) -> Bool
  ) {
    self.name = name
    self.otherSeeds = seeds
    self.repair = repair
    self.check = check
  }

  /// All that are there.
  package static let all: [Fuzzer] =
    [.zip, .pickle, .safetensors, .gguf, .shapes, .labels, .names, .thresholds, .vocabulary, .exif]
    + [.jsonLines, .annotations] + Fuzzer.images

  package var seeds: [Seeds] { [Seeds(folder: "Fuzzing/\(name)", suffix: "")] + otherSeeds }
}

/// What a parser did that it must never do.
package struct Violation: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

func require(
  _ condition: Bool, _ claim: @autoclosure () -> String
) throws(Violation) {
  guard condition else { throw Violation("it does not hold that \(claim())") }
}
