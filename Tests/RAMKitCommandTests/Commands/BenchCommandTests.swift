import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct BenchCommandTests {
  let folder: TaggingFolder

  init() throws { folder = try TaggingFolder() }

  @Test func measuresTheBuiltInModel() async throws {
    let outcome = try await Command.run("bench", "--runs", "2", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let report = try outcome.json(as: [String: Any].self)
    for name in ["model", "precision", "implementation", "cpu", "threadsBackend"] {
      #expect((report[name] as? String)?.isEmpty == false, "\(name)")
    }
    let numbers = [
      "threads", "batch", "labels", "runs", "medianSeconds", "minSeconds", "gigaflop",
      "gigaflopPerSecond", "loadSeconds", "peakResidentBytes", "shareOfPeak",
      "peakGigaflopPerSecond",
    ]
    for name in numbers {
      #expect(try #require(report[name] as? Double, "\(name)") > 0, "\(name)")
    }
    #expect(report["model"] as? String == "ram-nano")
    #expect(report["runs"] as? Int == 2)
    // EfficientNet-Lite2 is known by 0.87 thousand million multiply-adds at 260 px; the decoder asks about
    // 1,784 labels.
    #expect((5...7).contains(try #require(report["gigaflop"] as? Double)))
    let stages = try #require(report["stages"] as? [[String: Any]])
    #expect(stages.first?["name"] as? String == "stem")
    #expect(stages.last?["name"] as? String == "classifier")
    #expect(stages.allSatisfy { $0["seconds"] is Double && $0["gigaflop"] is Double })
    let each = stages.filter { $0["isOncePerLabelSet"] as? Bool != true }
    let sum = each.reduce(0) { $0 + ($1["seconds"] as? Double ?? 0) }
    let median = try #require(report["medianSeconds"] as? Double)
    #expect(abs(sum - median) < 1e-6 * median)
  }

  /// Names are not needed to measure.
  @Test func measuresACheckpointThatNamesNoLabels() async throws {
    let arguments = ["--model", "tiny.safetensors", "--batch", "3", "--labels-count", "7"]
    let outcome = try await Command.run(
      ["bench", "--json", "--runs", "1", "--threads", "1"] + arguments,
      environment: ["RAMKIT_FORCE_IMPLEMENTATION": "generic"], in: folder.url)
    #expect(outcome.status == 0)
    let report = try outcome.json(as: [String: Any].self)
    #expect(report["model"] as? String == "tiny.safetensors")
    #expect(report["family"] as? String == "ram")
    #expect(report["implementation"] as? String == "generic")
    #expect(report["batch"] as? Int == 3)
    #expect(report["labels"] as? Int == 7)
    #expect(report["threads"] as? Int == 1)
    #expect(report["precision"] as? String == "float32")
    let stages = try #require(report["stages"] as? [[String: Any]])
    #expect(
      stages.filter { $0["isOncePerLabelSet"] as? Bool == true }.map { $0["name"] as? String }
        == ["label queries"])
  }

  @Test func writesABlockForPeople() async throws {
    let outcome = try await Command.run(
      "bench", "--model", "tiny.safetensors", "--runs", "1", "--precision", "bfloat16",
      in: folder.url)
    #expect(outcome.status == 0)
    for start in ["model  ", "CPU  ", "products  ", "a photo  ", "work  ", "speed  ", "stage  "] {
      #expect(outcome.lines.contains { $0.hasPrefix(start) }, "\(start)")
    }
    #expect(outcome.lines.contains { $0.hasPrefix("products") && $0.contains("bfloat16") })
    let rows = outcome.lines.drop { !$0.hasPrefix("stage  ") }
    #expect(Set(rows.map(\.count)).count == 1, "columns end below each other")
    #expect(rows.contains { $0.hasPrefix("label queries") && $0.hasSuffix("once") })
  }

  @Test(arguments: [
    ["--runs", "0"], ["--runs", "x"], ["--batch", "0"], ["--threads", "0"], ["--threads", "2000"],
    ["--labels-count", "0"], ["--labels-count", "41"], ["--labels-count", "-1"],
    ["--precision", "float64"], ["--runs", "100001"], ["--batch", "1025"], ["extra"],
  ])
  func wrongUsageIs64(_ arguments: [String]) async throws {
    let outcome = try await Command.run(
      ["bench", "--model", "tiny.safetensors"] + arguments, in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func anUnknownSyntheticModelIsAnsweredWithThoseThatThereAre() async throws {
    for name in ["synthetic:", "synthetic:ram", "synthetic:RAM-SWIN-L"] {
      let outcome = try await Command.run("bench", "--model", name)
      #expect(outcome.status == 64)
      for model in SyntheticModel.allCases { #expect(outcome.errors.contains(model.name)) }
    }
    let outcome = try await Command.run(
      "bench", "--model", "synthetic:ram-swin-l", "--labels-count", "1000001")
    #expect(outcome.status == 64)
  }

  @Test func aModelThatIsNotThereIs66AndOneThatIsNoneIs65() async throws {
    #expect(try await Command.run("bench", "--model", "missing.pth", in: folder.url).status == 66)
    #expect(try await Command.run("bench", "--model", "a.bmp", in: folder.url).status == 65)
  }

  @Test func anInterruptionEndsIt() async throws {
    let process = Process()
    process.executableURL = try Command.program()
    process.arguments = ["bench", "--runs", "100000", "--verbose", "--model", "tiny.safetensors"]
    process.environment = Command.environment
    process.currentDirectoryURL = folder.url
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    let ended = try await Command.end(of: process) {
      // It says that the model is loaded: the run is on.
      #expect(!errors.fileHandleForReading.availableData.isEmpty)
      kill(process.processIdentifier, SIGINT)
    }
    #expect(ended == 130)
  }
}
