import RAMKit

/// What was detected of the CPU as JSON, and as lines for people.
enum CPUText {
  static func object(_ cpu: CPUDescription) -> JSON {
    .object([
      ("vendor", .string(cpu.vendor)),
      ("model", .string(cpu.model)),
      ("features", .array(cpu.features.map { .string($0) })),
      ("level1DataBytes", .integer(cpu.level1DataBytes)),
      ("level2Bytes", .integer(cpu.level2Bytes)),
      ("level3Bytes", .integer(cpu.level3Bytes)),
      ("usableCores", .integer(cpu.usableCores)),
      ("threads", .integer(cpu.threads)),
      ("threadsBackend", .string(cpu.threadsBackend)),
      ("kernels", .array(cpu.kernels.map(object))),
    ])
  }

  private static func object(_ kernel: CPUDescription.Kernel) -> JSON {
    .object([
      ("operation", .string(kernel.operation)),
      ("precision", .string(kernel.precision)),
      ("implementation", .string(kernel.implementation)),
      ("symbol", .string(kernel.symbol)),
      ("needs", .array(kernel.needs.map { .string($0) })),
      ("lacks", .array(kernel.lacks.map { .string($0) })),
      ("isBuilt", .bool(kernel.isBuilt)),
      ("isRunnable", .bool(kernel.isRunnable)),
      ("isServing", .bool(kernel.isServing)),
      ("reason", .string(kernel.reason)),
    ])
  }

  /// The CPU, then an operation and precision a line with the implementation that serves it.
  static func lines(_ cpu: CPUDescription) -> String {
    let caches = [cpu.level1DataBytes, cpu.level2Bytes, cpu.level3Bytes].map(size)
    let serving = cpu.kernels.filter(\.isServing)
    return FieldText.lines([
      ("CPU", [cpu.model, cpu.vendor].first { !$0.isEmpty } ?? "unknown"),
      ("features", cpu.features.isEmpty ? "none" : cpu.features.joined(separator: " ")),
      ("caches", caches.joined(separator: ", ")),
      ("cores", "\(cpu.usableCores) usable, \(cpu.threads) threads (\(cpu.threadsBackend))"),
    ]) + "\n"
      + FieldText.lines(
        serving.map { ("\($0.operation) \($0.precision)", reason($0, among: cpu.kernels)) })
  }

  /// Why a kernel serves, and what the better ones that this build has would need.
  private static func reason(
    _ serving: CPUDescription.Kernel, among kernels: [CPUDescription.Kernel]
  ) -> String {
    let missed = kernels.filter {
      $0.operation == serving.operation && $0.precision == serving.precision && !$0.lacks.isEmpty
        && $0.isBuilt
    }
    let lacking = missed.map { "\($0.implementation) lacks \($0.lacks.joined(separator: " "))" }
    return (["\(serving.implementation): \(serving.reason)"] + lacking).joined(separator: "; ")
  }

  private static func size(_ bytes: Int) -> String {
    switch bytes {
    case 0: "unknown"
    case ..<(1 << 20): "\(bytes >> 10) KiB"
    default: "\(bytes >> 20) MiB"
    }
  }
}
