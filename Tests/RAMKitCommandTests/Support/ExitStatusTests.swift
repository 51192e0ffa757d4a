import RAMKit
import Testing

@testable import RAMKitCommand

@Suite struct ExitStatusTests {
  private static let statuses: [(RAMKitError, Int32)] = [
    (.fileNotFound(path: ""), 66),
    (.permissionDenied(path: ""), 77),
    (.notARegularFile(path: ""), 66),
    (.unreadableFile(path: "", reason: ""), 66),
    (.unwritableFile(path: "", reason: ""), 73),
    (.unreadableImage(name: "", reason: ""), 65),
    (.imageTooLarge(name: "", reason: ""), 65),
    (.malformedCheckpoint(path: "", reason: ""), 65),
    (.unsupportedModel(path: "", reason: ""), 65),
    (.missingTensors(path: "", names: []), 65),
    (.wrongTensorShape(path: "", name: "", found: [], expected: []), 65),
    (.nonFiniteTensor(path: "", name: "", element: 0), 65),
    (.malformedLabels(path: "", line: 1, reason: ""), 65),
    (.mismatchedLabels(reason: ""), 65),
    (.invalidOption(name: "", reason: ""), 64),
    (.unavailableImplementation(name: "", reason: ""), 64),
    (.missingResource(name: "", searched: []), 66),
    (.cancelled, 130),
    (.internalFault(reason: ""), 70),
  ]

  @Test(arguments: statuses)
  func everyErrorHasItsExitCode(_ error: RAMKitError, _ code: Int32) {
    #expect(ExitStatus(error).rawValue == code)
  }
}
