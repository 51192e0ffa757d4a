/// Everything that can go wrong in RAMKit, by cause.
///
/// Each case carries what was wrong and where; ``message`` puts it into one sentence that also says
/// what to do next, and ``code`` is the stable word that the command line prints in JSON.
public enum RAMKitError: Error, Hashable, Sendable {
  /// No file is there.
  case fileNotFound(path: String)

  /// The file is there, but this user may not read it.
  case permissionDenied(path: String)

  /// The path leads to a directory, a FIFO, a device: something that is not a plain file.
  case notARegularFile(path: String)

  /// The system refused to read or map a file, for the reason given.
  case unreadableFile(path: String, reason: String)

  /// The system refused to write a file, for the reason given.
  case unwritableFile(path: String, reason: String)

  /// The bytes are no photo that RAMKit can decode: empty, truncated, damaged, or of another kind.
  case unreadableImage(name: String, reason: String)

  /// The photo, or what its header claims, is beyond ``ImageLimits``.
  case imageTooLarge(name: String, reason: String)

  /// The checkpoint's container (safetensors, zip, pickle) is damaged or hostile.
  case malformedCheckpoint(path: String, reason: String)

  /// The checkpoint is well-formed, but its tensors are of no model that RAMKit knows.
  case unsupportedModel(path: String, reason: String)

  /// Tensors that the model needs are missing from the checkpoint.
  case missingTensors(path: String, names: [String])

  /// A tensor has another shape than the rest of the model calls for.
  case wrongTensorShape(path: String, name: String, found: [Int], expected: [Int])

  /// A tensor holds a NaN or an infinity at the element given.
  case nonFiniteTensor(path: String, name: String, element: Int)

  /// The file holds weights in the order that other kernels read, or that these read in another precision.
  case unsuitablePreparation(path: String, reason: String)

  /// A label, name or threshold file can't be used; `line` counts from 1.
  case malformedLabels(path: String, line: Int?, reason: String)

  /// A file of annotations can't be used; `line` counts from 1.
  case malformedAnnotations(path: String, line: Int?, reason: String)

  /// The vocabulary of a text encoder can't be used; `line` counts from 1.
  case malformedVocabulary(path: String, line: Int?, reason: String)

  /// A label set does not fit the model that is to use it.
  case mismatchedLabels(reason: String)

  /// An option has a value that makes no sense, or none for this model.
  case invalidOption(name: String, reason: String)

  /// `RAMKIT_FORCE_IMPLEMENTATION` names an implementation that is unknown or that this CPU can't
  /// run.
  case unavailableImplementation(name: String, reason: String)

  /// A file that belongs to the package was not found beside the program.
  case missingResource(name: String, searched: [String])

  /// The task was cancelled before the work was done.
  case cancelled

  /// A fault of RAMKit's own; please report it.
  case internalFault(reason: String)
}
