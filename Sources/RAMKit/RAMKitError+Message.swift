extension RAMKitError {
  /// A stable word for the cause: the `code` of the command line's JSON.
  public var code: String {
    switch self {
    case .fileNotFound: "fileNotFound"
    case .permissionDenied: "permissionDenied"
    case .notARegularFile: "notARegularFile"
    case .unreadableFile: "unreadableFile"
    case .unwritableFile: "unwritableFile"
    case .unreadableImage: "unreadableImage"
    case .imageTooLarge: "imageTooLarge"
    case .malformedCheckpoint: "malformedCheckpoint"
    case .unsupportedModel: "unsupportedModel"
    case .missingTensors: "missingTensors"
    case .wrongTensorShape: "wrongTensorShape"
    case .nonFiniteTensor: "nonFiniteTensor"
    case .unsuitablePreparation: "unsuitablePreparation"
    case .malformedLabels: "malformedLabels"
    case .malformedAnnotations: "malformedAnnotations"
    case .malformedVocabulary: "malformedVocabulary"
    case .mismatchedLabels: "mismatchedLabels"
    case .invalidOption: "invalidOption"
    case .unavailableImplementation: "unavailableImplementation"
    case .missingResource: "missingResource"
    case .cancelled: "cancelled"
    case .internalFault: "internalFault"
    }
  }

  /// One sentence or two for people: what was wrong, where, and what to do.
  public var message: String {
    switch self {
    case .fileNotFound(let path):
      "No file at '\(path)'. Check the spelling and the folder."
    case .permissionDenied(let path):
      "No permission to read '\(path)'. Ask its owner, or change its mode."
    case .notARegularFile(let path):
      "'\(path)' is not a plain file. Give the path of a file."
    case .unreadableFile(let path, let reason):
      "'\(path)' can't be read: \(reason)."
    case .unwritableFile(let path, let reason):
      "'\(path)' can't be written: \(reason)."
    case .unreadableImage(let name, let reason):
      "'\(name)' is not a photo that can be decoded: \(reason)."
    case .imageTooLarge(let name, let reason):
      "'\(name)' is beyond the limits: \(reason). Raise ImageLimits if you trust its source."
    case .malformedCheckpoint(let path, let reason):
      "The checkpoint '\(path)' can't be used: \(reason). "
        + "If it came over a network, compare its digest with its source's."
    case .unsupportedModel(let path, let reason):
      "'\(path)' holds no model that RAMKit knows: \(reason)."
    case .missingTensors(let path, let names):
      "'\(path)' lacks \(names.count) tensor(s) that the model needs: \(Self.list(names))."
    case .wrongTensorShape(let path, let name, let found, let expected):
      "'\(path)': tensor '\(name)' has shape \(found), but the other tensors call for \(expected)."
    case .nonFiniteTensor(let path, let name, let element):
      "'\(path)': tensor '\(name)' holds a NaN or an infinity at element \(element); "
        + "such weights can't give scores. Fetch the checkpoint again, or train it again."
    case .unsuitablePreparation(let path, let reason):
      "'\(path)' holds weights prepared for something else: \(reason). Run it as it was prepared, or "
        + "convert the original again, here and in the precision wanted."
    case .malformedLabels(let path, let line, let reason):
      "The label file '\(path)'\(line.map { ", line \($0)," } ?? "") can't be used: \(reason)."
    case .malformedAnnotations(let path, let line, let reason):
      "The annotations '\(path)'\(line.map { ", line \($0)," } ?? "") can't be used: \(reason)."
    case .malformedVocabulary(let path, let line, let reason):
      "The vocabulary '\(path)'\(line.map { ", line \($0)," } ?? "") can't be used: \(reason). "
        + "Take the one that the text encoder came with."
    case .mismatchedLabels(let reason):
      "The labels do not fit the model: \(reason)."
    case .invalidOption(let name, let reason):
      "The option \(name) can't be used: \(reason)."
    case .unavailableImplementation(let name, let reason):
      "The kernels '\(name)' can't be forced: \(reason). `ramkit cpu` lists what this CPU can run."
    case .missingResource(let name, let searched):
      "The package's file '\(name)' was not found in \(Self.list(searched)). "
        + "Keep the resource bundles beside the program, or set RAMKIT_CACHE_DIR to their folder."
    case .cancelled:
      "The work was cancelled."
    case .internalFault(let reason):
      "A fault inside RAMKit: \(reason). Please report it."
    }
  }

  /// The first few names, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}

extension RAMKitError: CustomStringConvertible {
  /// The same as ``message``.
  public var description: String { message }
}
