import Foundation
import RAMKit

extension Fuzzer {
  /// Label-set files: what is accepted is written and read again as the same.
  static let labels = Fuzzer("labels") { (bytes) throws(Violation) in
    try expectLabelError { () throws(RAMKitError) in
      let set = try LabelSet(json: Data(bytes))
      let written = try set.jsonData()
      let again = try LabelSet(json: written)
      guard again == set, try again.jsonData() == written else {
        throw .internalFault(reason: "a label set changed on its way to a file and back")
      }
      // A look-up goes through all names, whatever they are.
      for label in set.labels.prefix(20) where set.index(of: label.name) == nil {
        throw .internalFault(reason: "the label '\(label.name)' is not found by its name")
      }
      _ = set.index(of: "İ")
    }
    return true
  }

  /// Names, one a line.
  static let names = Fuzzer("names") { (bytes) throws(Violation) in
    try withFile(of: bytes) { (url) throws(Violation) in
      try expectLabelError { () throws(RAMKitError) in
        let names = try LabelSet.names(contentsOf: url)
        let set = try LabelSet(namesFile: url)
        guard set.labels.map(\.name) == names else {
          throw .internalFault(reason: "a label set has other names than its file")
        }
        // A mark in front of a file is none of its first name's.
        let mark = names.first?.utf8.starts(with: "\u{FEFF}".utf8) == true ? "\u{FEFF}" : ""
        let text = mark + names.joined(separator: "\n")
        try expectSame(names, after: text) { (url) throws(RAMKitError) in
          try LabelSet.names(contentsOf: url)
        }
      }
    }
    return true
  }

  /// Thresholds, one a line.
  static let thresholds = Fuzzer("thresholds") { (bytes) throws(Violation) in
    try withFile(of: bytes) { (url) throws(Violation) in
      try expectLabelError { () throws(RAMKitError) in
        let thresholds = try LabelSet.thresholds(contentsOf: url)
        guard thresholds.allSatisfy({ (0...1).contains($0) }) else {
          throw .internalFault(reason: "a threshold is not in 0...1")
        }
        let text = thresholds.map { "\($0)" }.joined(separator: "\r\n")
        try expectSame(thresholds, after: text) { (url) throws(RAMKitError) in
          try LabelSet.thresholds(contentsOf: url)
        }
      }
    }
    return true
  }

  /// What label files are refused with, and nothing else.
  private static func expectLabelError(
    _ body: () throws(RAMKitError) -> Void
  ) throws(Violation) {
    do throws(RAMKitError) {
      try body()
    } catch .malformedLabels(_, _, let reason) where !reason.isEmpty {
    } catch {
      throw Violation("labels that can't be read are malformed: \(error)")
    }
  }

  private static func expectSame<Value: Equatable>(
    _ values: [Value], after text: String, _ read: (URL) throws(RAMKitError) -> [Value]
  ) throws(RAMKitError) {
    let outcome = Result { () throws(Violation) in
      try withFile(of: Array(text.utf8)) { (url) throws(Violation) in
        Result { () throws(RAMKitError) in try read(url) }
      }
    }
    guard case .success(.success(let again)) = outcome, again == values else {
      throw .internalFault(reason: "lines changed on their way to a file and back: \(outcome)")
    }
  }
}
