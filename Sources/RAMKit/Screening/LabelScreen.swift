/// Tells from a photo's tokens which labels can't be among its tags, so that the recognition decoder
/// works on the others alone.
///
/// ```swift
/// let screen = try await tagger.labelScreen(calibratedOn: photos, risk: 0.05)
/// try screen.write(to: fileURL)
/// let tagging = try await tagger.tags(in: photo, options: TaggingOptions(screen: screen))
/// ```
///
/// A screen holds a linear estimate of every label's logit from the photo's mean token. Labels whose
/// estimate lies more than a ``margin`` below their threshold are not asked about; the others' logits
/// are those of a run without the screen, bit for bit. So a screen can lose tags, and can't add any
/// or change a score.
///
/// ## What is guaranteed
///
/// The margin is conformal (Vovk, Gammerman and Shafer, 2005): of ``photoCount`` photos that the estimate
/// was not fitted to, fewer than ``risk`` · (photoCount + 1) lose a tag. If a photo to come is
/// exchangeable with these, the chance that it loses any of the tags that the same model gives it in the
/// same precision without the screen is at most ``risk``. That is a chance over photos and calibrations
/// together; it says nothing of photos of another kind, nor of any one label. See <doc:LabelScreens>.
public struct LabelScreen: Sendable, Hashable {
  /// At most this chance for a photo like those of the calibration to lose any tag; in 0...1.
  public let risk: Double

  /// Photos that the margin rests on: half of those that the screen was made with.
  public let photoCount: Int

  /// How far below its threshold a label's estimated logit may lie for it to be asked about; 0 or more.
  public let margin: Float

  /// The mean share of labels that were asked about on the margin's photos; in 0...1.
  public let askedShare: Double

  /// What it was made for.
  let subject: Subject

  let estimate: LabelEstimate

  /// How many labels it is about.
  public var labelCount: Int { estimate.offsets.rows }
}

extension LabelScreen {
  /// Fits an estimate to one half of the photos, and puts the margin where it has to be on the other.
  ///
  /// - Parameter thresholds: each label's, or 1 where it can't be a tag.
  @ComputeActor
  init(
    _ photos: [ScreenedPhoto], thresholds: [Float], risk: Double, subject: Subject,
    compute: ComputeContext
  ) throws(RAMKitError) {
    // Folders are often sorted by what photos show.
    var random = SeededRandom(seed: 0)
    let order = random.permutation(photos.count)
    let fitted = order.prefix(photos.count - Self.heldOut(of: photos.count)).map { photos[$0] }
    let held = order.dropFirst(fitted.count).map { photos[$0] }
    let allowed = Self.photosAllowed(risk: risk, of: held.count)
    guard allowed > 0 else {
      throw .invalidOption(
        name: "risk",
        reason: "\(risk) takes at least \(Self.photosNeeded(risk: risk)) photos, and "
          + "\(photos.count) could be used")
    }
    estimate = try LabelEstimate(fittedTo: fitted, thresholds: thresholds, compute: compute)
    var clearances: [[Float]] = []
    for photo in held {
      clearances.append(try estimate.clearances(of: photo.meanToken, compute: compute))
    }
    let shortfalls = zip(held, clearances).map { photo, clearance in
      photo.tags.map { -clearance[$0] }.max() ?? 0
    }
    let margin = max(0, shortfalls.sorted(by: >)[allowed - 1])
    let asked = clearances.reduce(0) { $0 + Self.asked($1, margin: margin).count }
    self.margin = margin
    askedShare = Double(asked) / Double(max(1, held.count * thresholds.count))
    photoCount = held.count
    self.risk = Double(allowed) / Double(held.count + 1)
    self.subject = subject
  }

  /// The labels that a photo has to be asked about, in their order.
  @ComputeActor
  func labels(for tokens: Matrix, compute: ComputeContext) throws(RAMKitError) -> [Int] {
    Self.asked(
      try estimate.clearances(of: tokens.rows(0..<1), compute: compute), margin: margin)
  }

  /// What is no number says nothing, so it is asked about.
  private static func asked(_ clearances: [Float], margin: Float) -> [Int] {
    clearances.indices.filter { !(clearances[$0] < -margin) }
  }

  private static func heldOut(of count: Int) -> Int { count / 2 }

  /// How many of so many photos may lose a tag.
  private static func photosAllowed(risk: Double, of count: Int) -> Int {
    // 0.05 times 20 is 1, however it was rounded.
    Int((risk * Double(count + 1) + 1e-9).rounded(.down))
  }

  private static func photosNeeded(risk: Double) -> Int {
    2 * max(1, Int(min(1e9, (1 / risk - 1 - 1e-9).rounded(.up))))
  }
}

/// What a screen is made from: a photo's mean token [1, width], its logits, and its tags' indices.
struct ScreenedPhoto: Sendable {
  let meanToken: Matrix
  let logits: [Float]
  let tags: [Int]
}
