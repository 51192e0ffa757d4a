/// Finds the labels that names mean, each name once, and remembers those that mean none.
struct LabelLookup {
  private let labels: LabelSet
  private var found: [String: [Int]] = [:]
  private var unknownPlaces: [String: Int] = [:]
  private(set) var unknown: [GroundTruth.UnknownName] = []

  init(_ labels: LabelSet) { self.labels = labels }

  mutating func indices(of name: String, line: Int) -> [Int] {
    let indices = found[name] ?? lookUp(name)
    found[name] = indices
    if indices.isEmpty { note(name, line: line) }
    return indices
  }

  private func lookUp(_ name: String) -> [Int] {
    let indices = labels.indices(of: name)
    // Labels may share a name, where a set allows that, and then all are meant. An alias that is several
    // labels' is rather a word with several meanings.
    let isName = indices.contains { labels.labels[$0].name.lowercased() == name.lowercased() }
    return isName || indices.count == 1 ? indices : []
  }

  private mutating func note(_ name: String, line: Int) {
    if let place = unknownPlaces[name] {
      unknown[place].lines += 1
    } else {
      unknownPlaces[name] = unknown.count
      unknown.append(GroundTruth.UnknownName(name: name, lines: 1, firstLine: line))
    }
  }
}

/// Puts indices of labels in the place of the names in annotations.
struct AnnotationResolver {
  private(set) var lookup: LabelLookup
  private let vocabularies: [GroundTruth.Vocabulary]
  private let numbers: [String: Int]
  /// The vocabularies whose answer is to be found among a photo's tags.
  private let choices: Range<Int>

  init(lookup: LabelLookup, vocabularies: [GroundTruth.Vocabulary], choices: Range<Int>) {
    self.lookup = lookup
    self.vocabularies = vocabularies
    self.choices = choices
    let given = vocabularies.prefix(choices.lowerBound)
    numbers = Dictionary(
      zip(given.map(\.name), given.indices), uniquingKeysWith: { first, _ in first })
  }

  mutating func photo(_ said: Annotations.Photo) -> GroundTruth.Photo {
    var photo = GroundTruth.Photo(path: said.path)
    var tagged: Set<Int> = []
    for name in said.tags { tagged.formUnion(lookup.indices(of: name, line: said.line)) }
    for (name, answer) in said.answers.sorted(by: { $0.key < $1.key }) {
      let labels = lookup.indices(of: answer, line: said.line)
      tagged.formUnion(labels)
      if let number = numbers[name], !labels.isEmpty { photo.answers.append((number, labels)) }
    }
    photo.tagged = tagged.sorted()
    photo.absent = said.absent.flatMap { lookup.indices(of: $0, line: said.line) }
    photo.vocabularies = said.vocabularies.compactMap { numbers[$0] }
    switch said.complete {
    case .everything: photo.complete = nil
    case .labels(let names):
      photo.complete = names.flatMap { lookup.indices(of: $0, line: said.line) }
    }
    for choice in choices {
      let answers = vocabularies[choice].labels.filter(tagged.contains)
      if answers.count == 1 { photo.answers.append((choice, answers)) }
    }
    return photo
  }

  func namedLabels(count: Int, photos: [GroundTruth.Photo]) -> [Bool] {
    guard !photos.contains(where: { $0.complete == nil }) else {
      return Array(repeating: true, count: count)
    }
    var named = [Bool](repeating: false, count: count)
    // A list to choose from says nothing by itself.
    for label in vocabularies.prefix(choices.lowerBound).flatMap(\.labels) { named[label] = true }
    for photo in photos {
      for labels in [photo.tagged, photo.absent, photo.complete ?? []] {
        for label in labels { named[label] = true }
      }
    }
    return named
  }
}
