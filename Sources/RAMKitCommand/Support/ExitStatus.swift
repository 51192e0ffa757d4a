import RAMKit

/// The exit codes of `ramkit`, which scripts rely on. Most are those of sysexits.h.
enum ExitStatus: Int32 {
  case success = 0
  /// The work was done, but some photo failed.
  case somePhotosFailed = 1
  case usage = 64
  case malformedInput = 65
  case noInput = 66
  case internalFault = 70
  case cannotCreateOutput = 73
  case noPermission = 77
  case interrupted = 130

  /// The status of an error that ends the run.
  init(_ error: RAMKitError) {
    self =
      switch error {
      case .fileNotFound, .notARegularFile, .unreadableFile, .missingResource: .noInput
      case .permissionDenied: .noPermission
      case .unwritableFile: .cannotCreateOutput
      case .unreadableImage, .imageTooLarge, .malformedCheckpoint, .unsupportedModel,
        .missingTensors, .wrongTensorShape, .nonFiniteTensor, .unsuitablePreparation,
        .malformedLabels, .malformedAnnotations, .malformedVocabulary, .mismatchedLabels:
        .malformedInput
      case .invalidOption, .unavailableImplementation: .usage
      case .cancelled: .interrupted
      case .internalFault: .internalFault
      }
  }
}
