#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One line of annotations in JSON: a photo, or a vocabulary.
enum AnnotationLine {
  case photo(Annotations.Photo)
  case vocabulary(Annotations.Vocabulary)

  /// Why a line is neither.
  struct Defect: Error { let reason: String }

  init(json: ArraySlice<UInt8>, number: Int) throws(Defect) {
    let members: Members
    do {
      members = try JSONDecoder().decode(Members.self, from: Data(json))
    } catch let error as DecodingError {
      throw Defect(reason: error.reason(root: "the line"))
    } catch {
      throw Defect(reason: "\(error)")
    }
    if let name = members.vocabulary {
      self = .vocabulary(try members.vocabulary(name, number: number))
    } else {
      self = .photo(try members.photo(number: number))
    }
  }

  /// What a line may have. Members of other names are passed over: annotations often come with more.
  private struct Members: Decodable {
    var path: String?
    var tags: [String]?
    var absent: [String]?
    var complete: Complete?
    var vocabularies: [String]?
    var answers: [String: String]?
    var vocabulary: String?
    var labels: [String]?

    func vocabulary(_ name: String, number: Int) throws(Defect) -> Annotations.Vocabulary {
      guard path == nil else { throw Defect(reason: "it is both a photo and a vocabulary") }
      guard !name.isEmpty else { throw Defect(reason: "the vocabulary's name is empty") }
      guard let labels, !labels.isEmpty else {
        throw Defect(reason: "the vocabulary '\(name)' has no \"labels\"")
      }
      return Annotations.Vocabulary(name: name, labels: labels, line: number)
    }

    func photo(number: Int) throws(Defect) -> Annotations.Photo {
      guard let path, !path.isEmpty else { throw Defect(reason: "it has no \"path\"") }
      guard tags != nil || absent != nil || answers != nil || vocabularies != nil else {
        // Else a misspelt "tags" would say that nothing is on the photo.
        throw Defect(
          reason: "it says nothing of '\(path)'; a photo of which nothing is true has \"tags\": []")
      }
      var photo = Annotations.Photo(path: path, line: number, tags: tags ?? [])
      photo.absent = absent ?? []
      photo.vocabularies = vocabularies ?? []
      photo.answers = answers ?? [:]
      let saysAll = absent == nil && vocabularies == nil && answers == nil
      photo.complete = complete?.value ?? (saysAll ? .everything : .labels([]))
      return photo
    }
  }

  /// True, false, or the names of labels.
  private struct Complete: Decodable {
    let value: Annotations.Completeness

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let isComplete = try? container.decode(Bool.self) {
        value = isComplete ? .everything : .labels([])
      } else {
        value = .labels(try container.decode([String].self))
      }
    }
  }
}
