import RAMKit

extension Fuzzer {
  /// Files of annotations, of either form.
  static let annotations = Fuzzer("annotations") { (bytes) throws(Violation) in
    let labels = Result { () throws(RAMKitError) in
      try LabelSet(name: "fuzz", labels: [Label("dog", parents: ["animal"]), Label("animal")])
    }
    do throws(RAMKitError) {
      let annotations = try Annotations(bytes: Array(bytes))
      try AnnotationCheck.run(annotations)
      let truth = try GroundTruth(annotations, labels: labels.get())
      for photo in annotations.photos.indices.prefix(20) {
        let known = truth.knowledge(ofPhoto: photo)
        guard known.count == 2, known[0] != true || known[1] == true else {
          throw .internalFault(reason: "a dog is no animal: \(known)")
        }
      }
    } catch .malformedAnnotations(_, _, let reason) where !reason.isEmpty {
    } catch {
      throw Violation("annotations that can't be read are malformed: \(error)")
    }
    return true
  }
}

private enum AnnotationCheck {
  /// No photo is there twice, lines go up, and what a photo refers to is there.
  static func run(_ annotations: Annotations) throws(RAMKitError) {
    let photos = annotations.photos
    guard Set(photos.map(\.path)).count == photos.count, !photos.contains(where: \.path.isEmpty)
    else { throw .internalFault(reason: "a photo's path is empty, or another's") }
    guard zip(photos, photos.dropFirst()).allSatisfy({ $0.line < $1.line }) else {
      throw .internalFault(reason: "lines go down")
    }
    let names = Set(annotations.vocabularies.map(\.name))
    guard photos.allSatisfy({ names.isSuperset(of: $0.vocabularies + $0.answers.keys) }) else {
      throw .internalFault(reason: "a photo refers to a vocabulary that is not there")
    }
  }
}
