extension StageRecorder.Lap {
  /// What people call the stage that the step belongs to: a Swin stage's attention in all its
  /// blocks is one stage. Steps that have no other name keep their tensor's.
  var stage: String {
    let parts = name.split(separator: ".")
    switch (parts.first, parts.last) {
    case ("patch_embed", _): return "patch embedding"
    case ("layers", let last) where parts.count > 1:
      let stage = "stage \(Self.counted(parts[1]))"
      if last == "attention" { return "\(stage) attention" }
      // Behind the last stage, nothing is merged.
      return parts.count == 2 && work > 0 ? "\(stage) merging" : "\(stage) MLP"
    case ("visual_encoder", _): return "final norm and mean"
    case ("image_proj", _): return "image projection"
    case ("description_weights", _): return "description weights"
    case ("tagging_head", "queries"): return "label queries"
    case ("tagging_head", "memory"): return "keys and values"
    case ("tagging_head", let last) where parts.count > 2:
      let part = last == "crossattention" ? "attention" : "MLP"
      return "decoder layer \(Self.counted(parts[2])) \(part)"
    case ("fc", _): return "classifier"
    case ("blocks", let index?): return "block \(Self.counted(index))"
    default: return name
    }
  }

  /// "0" is the first.
  private static func counted(_ index: Substring) -> String {
    Int(index).map { "\($0 + 1)" } ?? String(index)
  }
}
