extension Evaluation {
  /// What comes out of all that was added.
  ///
  /// A label is measured where the annotations name it, and its truth is known of every photo, or it is
  /// known to be absent from at least one: from positives alone no ranking can be judged.
  ///
  /// - Complexity: O(known · (log known + samples)), where `known` is the number of photos and labels
  ///   whose truth is known.
  public func report() -> EvaluationReport {
    let measured = measuredLabels
    let columns = measured.map { RankedScores(entries[$0]) }
    let thresholds = measured.map { options.tagging.threshold ?? truth.labels[$0].threshold }
    let labels = measured.indices.map { place in
      EvaluationReport.LabelFigures(
        label: truth.labels[measured[place]], index: measured[place], threshold: thresholds[place],
        counts: columns[place].counts(threshold: thresholds[place], rule: options.rule),
        averagePrecision: columns[place].averagePrecision, scores: columns[place])
    }
    let mistakes = MistakeFinder(labels: labels, paths: truth.photoPaths, options: options)
    return EvaluationReport(
      overall: group(nil, labels: labels),
      groups: truth.vocabularies.indices.map { group($0, labels: labels) },
      labels: labels, falsePositives: mistakes.falsePositives,
      missedPositives: mistakes.missedPositives, failures: failures,
      unknownNames: truth.unknownNames, options: options)
  }

  /// The labels that can be judged, ascending.
  var measuredLabels: [Int] {
    let photos = photoCount
    return truth.labels.indices.filter { label in
      truth.namedLabels[label] && isRanked[label] && !entries[label].isEmpty
        && (entries[label].count == photos || entries[label].contains { !$0.isPresent })
    }
  }

  /// Measures a vocabulary, or everything.
  private func group(
    _ vocabulary: Int?, labels: [EvaluationReport.LabelFigures]
  ) -> EvaluationReport.Group {
    var numbers = [Int?](repeating: nil, count: rankings.count)
    var chosen: [PhotoRanking] = []
    for (photo, ranking) in rankings.enumerated() {
      guard let ranking, isMember(photo, of: vocabulary) else { continue }
      numbers[photo] = chosen.count
      chosen.append(ranking)
    }
    let wanted = vocabulary.map { Set(truth.vocabularies[$0].labels) }
    let own = labels.filter { wanted?.contains($0.index) ?? true }
    // Within the group as in the whole: from positives alone nothing is measured.
    let columns = own.map { ($0.scores.renumbered(numbers), $0.threshold) }.filter { scores, _ in
      scores.negatives > 0 || !scores.entries.isEmpty && scores.entries.count == chosen.count
    }
    let group = MeasuredGroup(
      columns: columns.map(\.0), thresholds: columns.map(\.1), rankings: chosen,
      vocabulary: vocabulary, options: options)
    return EvaluationReport.Group(
      vocabulary: vocabulary.map { truth.vocabularies[$0] }, photoCount: group.photoCount,
      labelCount: group.labelCount, labelsWithPositives: group.labelsWithPositives,
      answerCount: group.answerCount, measurements: measurements(of: group))
  }

  private func isMember(_ photo: Int, of vocabulary: Int?) -> Bool {
    guard let vocabulary else { return true }
    let photo = truth.photos[photo]
    return photo.vocabularies.contains(vocabulary)
      || photo.answers.contains { $0.vocabulary == vocabulary }
  }

  private func measurements(of group: MeasuredGroup) -> [EvaluationReport.Measurement] {
    let values = group.values(weights: nil)
    let bootstrap = Bootstrap(
      samples: options.bootstrapSamples, confidence: options.confidence, seed: options.seed)
    let intervals = bootstrap.intervals(photos: group.photoCount) { group.values(weights: $0) }
    return group.metrics.indices.filter { !values[$0].isNaN }.map { place in
      EvaluationReport.Measurement(
        metric: group.metrics[place], value: values[place],
        interval: intervals.isEmpty ? nil : intervals[place])
    }
  }
}
