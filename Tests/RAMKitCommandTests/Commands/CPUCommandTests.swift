import Foundation
import Testing

@Suite struct CPUCommandTests {
  @Test func saysWhatServesEachOperation() async throws {
    let outcome = try await Command.run("cpu", "--json")
    #expect(outcome.status == 0)
    let cpu = try outcome.json(as: [String: Any].self)
    #expect(try #require(cpu["usableCores"] as? Int) >= 1)
    #expect(try #require(cpu["threads"] as? Int) >= 1)
    #expect(cpu["features"] is [String])
    let backends = ["openmp", "dispatch", "threads"]
    #expect(backends.contains(try #require(cpu["threadsBackend"] as? String)))

    let kernels = try #require(cpu["kernels"] as? [[String: Any]])
    let operations = Set(
      kernels.compactMap { kernel -> String? in
        guard let operation = kernel["operation"], let precision = kernel["precision"] else {
          return nil
        }
        return "\(operation) \(precision)"
      })
    let serving = kernels.filter { $0["isServing"] as? Bool == true }
    #expect(serving.count == operations.count, "one for each operation and precision")
    #expect(serving.allSatisfy { $0["isRunnable"] as? Bool == true })
    #expect(kernels.allSatisfy { ($0["reason"] as? String)?.isEmpty == false })

    let text = try await Command.run("cpu")
    #expect(text.status == 0)
    #expect(operations.allSatisfy { operation in text.lines.contains { $0.hasPrefix(operation) } })
  }

  @Test func obeysTheEnvironment() async throws {
    let generic = try await Command.run(
      "cpu", "--json",
      environment: ["RAMKIT_FORCE_IMPLEMENTATION": "generic", "RAMKIT_NUM_THREADS": "3"])
    let cpu = try generic.json(as: [String: Any].self)
    #expect(cpu["threads"] as? Int == 3)
    let serving = try #require(cpu["kernels"] as? [[String: Any]])
      .filter { $0["isServing"] as? Bool == true }
    #expect(serving.allSatisfy { $0["implementation"] as? String == "generic" })

    let unknown = try await Command.run(
      "cpu", environment: ["RAMKIT_FORCE_IMPLEMENTATION": "mmx"])
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("mmx"))
    #expect(unknown.output.isEmpty)
  }

  @Test(arguments: [
    "0", "1025", "-1", "+2", "2.0", " 2", "2 ", "two", "4,2", "99999999999999999999",
  ])
  func aThreadCountThatCannotBeMeantIsAUsageError(value: String) async throws {
    for arguments in [["cpu"], ["tag", "nothing.jpg"]] {
      let outcome = try await Command.run(arguments, environment: ["RAMKIT_NUM_THREADS": value])
      #expect(outcome.status == 64)
      #expect(
        outcome.errors.contains("RAMKIT_NUM_THREADS") && outcome.errors.contains("'\(value)'"))
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func theOptionAndThenTheVariableAndThenOpenMPsCount() async throws {
    for (environment, threads) in [
      (["RAMKIT_NUM_THREADS": "3", "OMP_NUM_THREADS": "2"], 3),
      (["RAMKIT_NUM_THREADS": "", "OMP_NUM_THREADS": "2"], 2),
      (["OMP_NUM_THREADS": "5,2"], 5), (["RAMKIT_NUM_THREADS": "1024"], 1024),
    ] {
      let outcome = try await Command.run("cpu", "--json", environment: environment)
      #expect(try outcome.json(as: [String: Any].self)["threads"] as? Int == threads)
    }
    let folder = try TaggingFolder()
    let process = try folder.process("--threads", "2", "a.bmp")
    process.environment?["RAMKIT_NUM_THREADS"] = "none"
    process.standardOutput = FileHandle.nullDevice
    #expect(try await Command.end(of: process) == 0)
  }
}
