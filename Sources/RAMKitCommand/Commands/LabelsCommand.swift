import ArgumentParser
import Foundation
import RAMKit
import RAMKitNano

struct LabelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels",
    abstract: "Show label sets.",
    discussion: """
      Examples:
        ramkit labels list
        ramkit labels search bear
        ramkit labels show dog --json
        ramkit labels show light --set tag2text
        ramkit labels list --set my-labels.json
        ramkit labels list --set converted.safetensors
      """,
    subcommands: [ListLabels.self, SearchLabels.self, ShowLabels.self])
}

/// Which label set, and how it is written.
struct LabelSetArguments: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "ram (the official 4,585 labels of RAM and RAM++), tag2text (the official 3,429), nano, a "
        + "label-set file, or a checkpoint, for the labels that it is known by.",
      valueName: "name or file"),
    completion: .file(extensions: ["json", "safetensors", "gguf", "pth"]))
  var set = "ram"

  @Flag(help: "Write an array of JSON objects.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func load() throws(RAMKitError) -> LabelSet {
    switch set {
    case "ram": try LabelSet.ram()
    case "tag2text": try LabelSet.tag2Text()
    case "nano": try LabelSet.nano()
    default: try load(ModelArguments.file(set))
    }
  }

  private func load(_ file: URL) throws(RAMKitError) -> LabelSet {
    try Checkpoint.isCheckpoint(at: file)
      ? LabelSet(ofCheckpoint: file) : LabelSet(contentsOf: file)
  }

  /// Writes the labels at `indices`.
  func write(_ indices: [Int], of set: LabelSet, isDetailed: Bool) throws {
    let sink = OutputSink()
    if json {
      let objects = indices.map { LabelText.object($0, set.labels[$0]) }
      try sink.write("[" + objects.map { "\n" + $0.line }.joined(separator: ",") + "\n]\n")
    } else if isDetailed {
      let texts = indices.map { LabelText.details($0, set.labels[$0]) }
      try sink.write(texts.joined(separator: "\n"))
    } else {
      try sink.write(LabelText.table(indices, of: set))
    }
  }
}

struct ListLabels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all labels of a set, in the order of its queries.")

  @OptionGroup var arguments: LabelSetArguments

  func run() throws {
    let set = try arguments.load()
    arguments.verbosity.detail("\(set.name), \(set.count) labels; source: \(set.source)")
    try arguments.write(Array(set.labels.indices), of: set, isDetailed: false)
  }
}

struct SearchLabels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "List the labels that have a text in a name or an alias, in any language.")

  @Argument(help: "What to look for; upper and lower case are the same.")
  var text: String

  @OptionGroup var arguments: LabelSetArguments

  func validate() throws {
    if text.isEmpty { throw ValidationError("Give a text to look for.") }
  }

  func run() throws {
    let set = try arguments.load()
    let wanted = text.lowercased()
    let found = set.labels.indices.filter { index in
      let label = set.labels[index]
      return ([label.name] + label.aliases + label.localizedNames.values)
        .contains { $0.lowercased().contains(wanted) }
    }
    if found.isEmpty { arguments.verbosity.note("no label of '\(set.name)' has '\(text)' in it") }
    try arguments.write(found, of: set, isDetailed: false)
  }
}

struct ShowLabels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show all that is known of labels.")

  @Argument(help: ArgumentHelp("Names, aliases or indices.", valueName: "label"))
  var wanted: [String]

  @OptionGroup var arguments: LabelSetArguments

  func run() throws {
    let set = try arguments.load()
    var indices: [Int] = []
    for text in wanted {
      let found = set.indices(of: text)
      if !found.isEmpty {
        indices += found
      } else if let index = Int(text), set.labels.indices.contains(index) {
        indices.append(index)
      } else {
        throw ValidationError(
          "The label set '\(set.name)' has no '\(text)'. `ramkit labels search` looks for a part of "
            + "a name.")
      }
    }
    try arguments.write(indices, of: set, isDetailed: true)
  }
}
