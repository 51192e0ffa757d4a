import Foundation
import RAMKit
import Testing
import _RAMKitTestSupport

@Suite struct EvalCommandTests {
  private let folder: TaggingFolder

  init() throws {
    folder = try TaggingFolder()
    try folder.write("a.bmp,label 1,label 3\nb.bmp,label 2\n", to: "truth.txt")
  }

  private func eval(_ arguments: String...) async throws -> Command.Outcome {
    try await Command.run(
      ["eval", "--model", "tiny.safetensors", "--names", "names.txt", "--bootstrap", "20"]
        + arguments + ["."], in: folder.url)
  }

  private func figure(_ name: String, in group: Any?) throws -> Double {
    let group = try #require(group as? [String: Any])
    let figures = try #require(group["figures"] as? [String: [String: Any]])
    return try #require(figures[name]?["value"] as? Double, "no \(name)")
  }

  /// The figures are those of the scores that `ramkit tag` writes.
  @Test func measuresWhatTagSays() async throws {
    let outcome = try await eval("--annotations", "truth.txt", "--format", "json", "--k", "1,40")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try outcome.json(as: [String: Any].self)
    let tagged = try await folder.tag(["--format", "jsonl", "--scores", "a.bmp", "b.bmp"])
    let logits = try tagged.lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["logits"] as? [Double])
    }
    var sum = 0.0
    for (label, photo) in [(1, 0), (3, 0), (2, 1)] {
      sum += logits[photo][label] > logits[1 - photo][label] ? 1 : 0.5
    }
    let mean = try figure("mAP", in: report["overall"])
    #expect(abs(mean - sum / 40) < 1e-6)
    #expect(try figure("recall@40", in: report["overall"]) == 1)
    #expect(try figure("precision@40", in: report["overall"]) == 3.0 / 80)
    #expect((report["labels"] as? [Any])?.count == 40)
  }

  @Test func takesScoresThatAreThere() async throws {
    let scores = try await folder.tag(["--format", "jsonl", "--scores", "./a.bmp", "./b.bmp"])
    try folder.write(scores.output, to: "scores.jsonl")
    let run = try await eval("--annotations", "truth.txt", "--format", "json")
    let read = try await eval(
      "--annotations", "truth.txt", "--format", "json", "--scores", "scores.jsonl")
    #expect(read.status == 0, "\(read.errors)")
    #expect(read.output == run.output)

    try folder.write("{\"path\": \"./a.bmp\"}\n", to: "bad.jsonl")
    let bad = try await eval("--annotations", "truth.txt", "--scores", "bad.jsonl")
    #expect(bad.status == 65 && bad.errors.contains("line 1"))
    try folder.write("{\"path\": \"./a.bmp\", \"logits\": [1, 2]}\n", to: "few.jsonl")
    let few = try await eval("--annotations", "truth.txt", "--scores", "few.jsonl")
    #expect(few.status == 65 && few.errors.contains("2 logits"))
  }

  @Test func measuresSomeLabelsAndAmongThem() async throws {
    try folder.write("label 1\nlabel 2\n", to: "some.txt")
    let outcome = try await eval(
      "--annotations", "truth.txt", "--only", "some.txt", "--among", "some.txt", "--format", "json")
    let report = try outcome.json(as: [String: Any].self)
    #expect((report["labels"] as? [[String: Any]])?.map { $0["index"] as? Int } == [0, 1])
    let groups = try #require(report["vocabularies"] as? [[String: Any]])
    #expect(groups.map { $0["name"] as? String } == ["some"])
    #expect(groups[0]["answers"] as? Int == 2)
    _ = try figure("accuracy@1", in: groups[0])
    // What the model is not asked for, nobody knows.
    #expect(outcome.errors.contains("'label 3'"))

    let same = try await eval(
      "--annotations", "truth.txt", "--labels", "some.txt", "--among", "some.txt", "--format",
      "json")
    #expect(same.output == outcome.output)
    let both = try await eval("--labels", "some.txt", "--only", "some.txt")
    #expect(both.status == 64)

    try folder.write("label 1\nlabel 99\n", to: "wrong.txt")
    let wrong = try await eval("--annotations", "truth.txt", "--only", "wrong.txt")
    #expect(wrong.status == 65 && wrong.errors.contains("line 2"))
  }

  @Test func saysWhichPhotosFailed() async throws {
    try folder.write(
      """
      {"path": "a.bmp", "tags": ["label 1"]}
      {"path": "gone.jpg", "tags": []}
      {"path": "broken.jpg", "tags": []}
      """, to: "annotations.jsonl")
    let outcome = try await eval("--format", "json")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("gone.jpg") && outcome.errors.contains("broken.jpg"))
    let report = try outcome.json(as: [String: Any].self)
    let failures = try #require(report["failures"] as? [[String: Any]])
    #expect(failures.map { $0["path"] as? String } == ["gone.jpg", "broken.jpg"])
    let text = try await eval()
    #expect(text.status == 1 && text.output.contains("2 photos could not be measured"))
    #expect(text.output.contains("mean average precision"))
  }

  @Test func refusesWhatItCannotUse() async throws {
    #expect(try await eval("--annotations", "no.txt").status == 66)
    try folder.write("a.bmp,label 1\na.bmp,label 1\n", to: "twice.txt")
    let twice = try await eval("--annotations", "twice.txt")
    #expect(twice.status == 65 && twice.errors.contains("line 2"))
    for wrong in [["--k", "0"], ["--k", "1,,2"], ["--threshold", "2"], ["--bootstrap", "-1"]] {
      #expect(try await Command.run(["eval"] + wrong + ["."], in: folder.url).status == 64)
    }
  }

  @Test func writesAPage() async throws {
    let outcome = try await eval("--annotations", "truth.txt", "--html", "report.html")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("mean average precision"))
    let page = try String(contentsOf: folder.file("report.html"), encoding: .utf8)
    #expect(page.contains("<h1>tiny.safetensors</h1>") && page.contains("data:image/jpeg"))
    let nowhere = try await eval("--annotations", "truth.txt", "--html", "no/report.html")
    #expect(nowhere.status == 73)
    #expect(try !folder.names().contains { $0.hasPrefix(".ramkit") })
  }

  // MARK: - Calibrating

  private func calibrate(_ arguments: String...) async throws -> Command.Outcome {
    try await Command.run(
      ["calibrate", "--model", "tiny.safetensors", "--names", "names.txt"] + arguments + ["."],
      in: folder.url)
  }

  /// Twelve photos, of which every other one has the first label, as its scores say.
  private func writeScores() throws {
    var scores = ""
    var truth = ""
    for photo in 0..<12 {
      let logits = (0..<40).map { $0 == 0 ? (photo % 2 == 0 ? 2 : -2) + photo : -5 - photo }
      scores += "{\"path\": \"./\(photo).jpg\", \"logits\": \(logits)}\n"
      truth += "\(photo)" + (photo % 2 == 0 ? ",label 0" : "") + "\n"
    }
    try folder.write(scores, to: "scores.jsonl")
    try folder.write(truth, to: "many.txt")
  }

  @Test func writesALabelSetThatTagTakes() async throws {
    try writeScores()
    let outcome = try await calibrate(
      "--annotations", "many.txt", "--scores", "scores.jsonl", "--best-f1", "--folds", "3",
      "--minimum-positives", "2", "--output", "labels.json", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let set = try LabelSet(contentsOf: folder.file("labels.json"))
    #expect(set.count == 40)
    #expect(set.labels[0].evidence == .init(positives: 6, negatives: 6))
    #expect(set.labels[1].evidence == .init(positives: 0, negatives: 12, isPooled: true))
    #expect(set.source.hasSuffix("thresholds calibrated for the best F1 on 12 photos"))
    let figures = try outcome.json(as: [String: Any].self)
    #expect(figures["folds"] as? Int == 3)
    #expect((figures["labels"] as? [[String: Any]])?.count == 40)

    let tagged = try await Command.run(
      ["tag", "--model", "tiny.safetensors", "--names", "labels.json", "--format", "json"]
        + ["--scores", "a.bmp"], in: folder.url)
    #expect(tagged.status == 0, "\(tagged.errors)")
    let shown = try await Command.run(
      "labels", "show", "label 0", "--set", "labels.json", in: folder.url)
    #expect(shown.output.contains("6 photos with it, 6 without"))
  }

  @Test func aGoalIsNeeded() async throws {
    try writeScores()
    let rest = ["--annotations", "many.txt", "--scores", "scores.jsonl", "--output", "l.json", "."]
    for goal in [
      [], ["--target-precision", "1"],
      ["--best-f1", "--folds", "1"],
    ] {
      #expect(try await Command.run(["calibrate"] + goal + rest, in: folder.url).status == 64)
    }
    let many = try await calibrate(
      "--annotations", "many.txt", "--scores", "scores.jsonl", "--best-f1", "--folds", "13",
      "--output", "l.json")
    #expect(many.status == 64 && many.errors.contains("13"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("l.json").path))
  }
}
