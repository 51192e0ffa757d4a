import Foundation
import Testing

@testable import RAMKit

struct ClassHierarchyTests {
  /// pug and beagle are dogs, a dog and a goldfish are animals, a mug is no more than a mug.
  private static let labels = [
    Label("pug", parents: ["dog"]), Label("beagle", parents: ["dog"]),
    Label("goldfish", parents: ["animal"]), Label("mug"),
    Label("dog", parents: ["animal"]), Label("animal"),
  ]

  private static func score(_ logit: Float) -> Double { 1 / (1 + exp(-Double(logit))) }

  private static func softmax(_ logits: [Float]) -> [Double] {
    let powers = logits.map { exp(Double($0)) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  @Test func aLabelsScoreIsTheSumOfItsClassesProbabilities() throws {
    let hierarchy = try ClassHierarchy(labels: Self.labels, classes: 4)
    let classes: [Float] = [1.5, -0.25, 0.75, 2]
    let p = Self.softmax(classes)
    let expected = [p[0], p[1], p[2], p[3], p[0] + p[1], p[0] + p[1] + p[2]]
    for (logit, expected) in zip(hierarchy.logits(classes: classes), expected) {
      #expect(abs(Self.score(logit) - expected) < 1e-6)
    }
  }

  @Test func aLabelNeverScoresBelowOneUnderIt() throws {
    let hierarchy = try ClassHierarchy(labels: Self.labels, classes: 4)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      let classes = (0..<4).map { _ in Float.random(in: -30...30, using: &generator) }
      let logits = hierarchy.logits(classes: classes)
      #expect(logits[4] >= max(logits[0], logits[1]))
      #expect(logits[5] >= max(logits[2], logits[4]))
    }
  }

  @Test func logitsStayExactWhereHardlyAnythingIsLeft() throws {
    let hierarchy = try ClassHierarchy(labels: Self.labels, classes: 4)
    // p = 1 / (1 + 3 e^-40), so that 1 - p is lost in a double's rounding of p.
    let logits = hierarchy.logits(classes: [40, 0, 0, 0])
    #expect(abs(logits[0] - (40 - Float(log(3.0)))) < 1e-4)
    #expect(abs(logits[5] - 40) < 1e-4)
  }

  @Test func logitsAreFinite() throws {
    let all = [Label("pug", parents: ["animal"]), Label("animal")]
    let hierarchy = try ClassHierarchy(labels: all, classes: 1)
    #expect(hierarchy.logits(classes: [3]).allSatisfy { $0.isFinite })
    let some = try ClassHierarchy(labels: Self.labels, classes: 4)
    #expect(some.logits(classes: [3e38, -3e38, 0, 1]).allSatisfy { $0.isFinite })
  }

  @Test func aClassMayStandAboveAnother() throws {
    let labels = [Label("husky"), Label("Siberian husky", parents: ["husky"]), Label("mug")]
    let logits = try ClassHierarchy(labels: labels, classes: 3).logits(classes: [0, 0, 0])
    #expect(abs(Self.score(logits[0]) - 2.0 / 3) < 1e-6)
    #expect(abs(Self.score(logits[1]) - 1.0 / 3) < 1e-6)
  }

  @Test func twoWaysUpCountAClassOnce() throws {
    let labels = [
      Label("minivan", parents: ["car", "van"]), Label("mug"), Label("car", parents: ["vehicle"]),
      Label("van", parents: ["vehicle"]), Label("vehicle"),
    ]
    let logits = try ClassHierarchy(labels: labels, classes: 2).logits(classes: [0, 0])
    #expect(abs(Self.score(logits[4]) - 0.5) < 1e-6)
  }

  @Test func circlesEndAndUnknownParentsAreNobody() throws {
    let labels = [
      Label("pug", parents: ["dog", "unknown"]), Label("mug"), Label("dog", parents: ["hound"]),
      Label("hound", parents: ["dog"]),
    ]
    let logits = try ClassHierarchy(labels: labels, classes: 2).logits(classes: [0, 0])
    #expect(logits.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func labelsMustFitTheClasses() {
    #expect(throws: RAMKitError.self) { try ClassHierarchy(labels: Self.labels, classes: 7) }
    #expect(throws: RAMKitError.self) {
      try ClassHierarchy(labels: Self.labels + [Label("teapot")], classes: 4)
    }
  }
}
