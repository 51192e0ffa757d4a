import Foundation
import RAMKit
import _RAMKitTestSupport

/// One of many that use the taggers, at random: job after job, of which some are cancelled.
struct SoakWorker {
  let subjects: SoakSubjects
  let tally: SoakTally
  private var random: SeededGenerator

  init(subjects: SoakSubjects, tally: SoakTally, seed: UInt64) {
    self.subjects = subjects
    self.tally = tally
    random = SeededGenerator(seed: seed)
  }

  /// Does a job, and compares what comes of it.
  mutating func work() async throws {
    let job = SoakJob(
      subjects: subjects, tally: tally,
      subject: subjects.subjects[.random(in: 0..<subjects.subjects.count, using: &random)],
      random: SeededGenerator(seed: random.next()))
    let task = Task { try await job.run() }
    if Int.random(in: 0..<3, using: &random) == 0 {
      let pause = Int.random(in: 0..<40_000, using: &random)
      try? await Task.sleep(for: .microseconds(pause))
      task.cancel()
    }
    do {
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
      tally.finish()
    } catch RAMKitError.cancelled {
      tally.cancel()
    } catch {
      tally.fault("\(job.subject.name): \(error)")
    }
  }
}

/// Something that people do with a tagger.
struct SoakJob: Sendable {
  let subjects: SoakSubjects
  let tally: SoakTally
  let subject: SoakSubjects.Subject
  let random: SeededGenerator

  private struct Difference: Error {
    let photo: Int
    let labels: Int
  }

  func run() async throws {
    var random = random
    let photo = Int.random(in: 0..<subjects.photos.count, using: &random)
    let labels = Int.random(in: 0..<subject.labels.count, using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4:
      let tagging = try await subject.tagger.tags(
        in: subjects.photos[photo], labels: subject.labels[labels], options: SoakSubjects.options)
      try compare(tagging, photo: photo, labels: labels)
    case 4..<6: try await askTwice(photo)
    case 6..<8: try await tagMany(labels: labels, &random)
    case 8: try await refuse(.random(in: 0..<subjects.broken.count, using: &random))
    default: try await loadAnew(photo, &random)
    }
  }

  private func compare(_ tagging: Tagging, photo: Int, labels: Int) throws {
    guard tagging.logits == subject.expected[photo][labels] else {
      throw Difference(photo: photo, labels: labels)
    }
  }

  /// Encodes a photo once, and asks about every label set.
  private func askTwice(_ photo: Int) async throws {
    let tokens = try await subject.tagger.encode(subjects.photos[photo])
    for labels in subject.labels.indices {
      let tagging = try await subject.tagger.tags(
        in: tokens, labels: subject.labels[labels], options: SoakSubjects.options)
      try compare(tagging, photo: photo, labels: labels)
    }
  }

  /// A sequence in batches, with broken photos in it; at times left before its end.
  private func tagMany(labels: Int, _ random: inout SeededGenerator) async throws {
    let order = (0..<Int.random(in: 1...9, using: &random)).map { _ in
      Int.random(in: -subjects.broken.count..<subjects.photos.count, using: &random)
    }
    let last = Int.random(in: 0..<12, using: &random)
    let photos = order.map { $0 < 0 ? subjects.broken[-1 - $0].photo : subjects.photos[$0] }
    var options = SoakSubjects.options
    options.batchSize = .random(in: 1...4, using: &random)
    let taggings = subject.tagger.taggings(
      of: photos, labels: subject.labels[labels],
      lookAhead: .random(in: 0...5, using: &random), options: options)
    for try await item in taggings {
      let photo = order[item.index]
      switch item.result {
      case .success(let tagging) where photo >= 0:
        try compare(tagging, photo: photo, labels: labels)
      case .failure(let error) where photo < 0 && error.code == subjects.broken[-1 - photo].code:
        tally.refuse()
      default: throw Difference(photo: photo, labels: labels)
      }
      if item.index == last { return }
    }
  }

  private func refuse(_ index: Int) async throws {
    let (photo, code) = subjects.broken[index]
    do {
      _ = try await subject.tagger.tags(in: photo)
      throw Difference(photo: -1 - index, labels: 0)
    } catch let error as RAMKitError where error.code == code {
      tally.refuse()
    }
  }

  /// Loads a checkpoint for one photo, and at times writes it anew.
  private func loadAnew(_ photo: Int, _ random: inout SeededGenerator) async throws {
    let options = ModelOptions(labels: try SoakSubjects.names(1500))
    if Bool.random(using: &random) {
      let url = subjects.folder.file("copy-\(UInt64.random(in: 0 ... .max, using: &random))")
      defer { try? FileManager.default.removeItem(at: url) }
      try await ModelConversion(of: subjects.checkpoint, options: options).write(to: url)
    }
    let tagger = try await Tagger(contentsOf: subjects.checkpoint, options: options)
    let tagging = try await tagger.tags(
      in: subjects.photos[photo], options: SoakSubjects.options)
    let original = subjects.subjects.first { $0.name == "ram, float32" }
    guard tagging.logits == original?.expected[photo][0] else {
      throw Difference(photo: photo, labels: -1)
    }
  }
}
