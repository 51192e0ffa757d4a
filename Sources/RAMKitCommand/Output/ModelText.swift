import RAMKit

/// A model's description as JSON, and as lines for people.
enum ModelText {
  static func object(_ model: ModelDescription) -> JSON {
    .object([
      ("path", .string(model.path)),
      ("format", .string(model.format)),
      ("family", .string(model.family.rawValue)),
      ("imageSize", .integer(model.imageSize)),
      ("labelCount", .integer(model.labelCount)),
      ("labels", model.labels.map(object) ?? .null),
      ("descriptionCount", model.descriptionCount.map { .integer($0) } ?? .null),
      ("precision", .string(model.precision.rawValue)),
      ("parameterCount", .integer(model.parameterCount)),
      ("weights", .array(model.weights.map(object))),
      ("preparation", model.preparation.map(object) ?? .null),
      ("roundings", .array(model.roundings.map { .string($0) })),
      ("conversions", .array(model.conversions.map(object))),
      ("mixedPrecision", model.mixedPrecision.map(MixedPrecisionText.object) ?? .null),
      ("imageEncoder", model.imageEncoder.map(object) ?? .null),
      ("decoder", model.decoder.map(object) ?? .null),
      ("metadata", .object(metadata(of: model).map { ($0.key, .string($0.value)) })),
      ("missingTensors", .array(model.missingTensors.map { .string($0) })),
      ("unreadableTensors", .array(model.unreadableTensors.map { .string($0) })),
      ("wrongShapes", .array(model.wrongShapes.map(object))),
      ("unknownTensors", .array(model.unknownTensors.map { .string($0) })),
    ])
  }

  private static func object(_ labels: ModelDescription.Labels) -> JSON {
    .object([
      ("name", .string(labels.name)),
      ("source", .string(labels.source)),
      ("origin", .string(labels.origin.rawValue)),
      ("count", .integer(labels.count)),
      ("languages", .array(labels.languages.map { .string($0) })),
      ("aliasCount", .integer(labels.aliasCount)),
      ("omittedCount", .integer(labels.omittedCount)),
    ])
  }

  private static func object(_ weights: ModelDescription.Weights) -> JSON {
    .object([
      ("type", .string(weights.type)),
      ("tensorCount", .integer(weights.tensorCount)),
      ("parameterCount", .integer(weights.parameterCount)),
    ])
  }

  private static func object(_ preparation: ModelDescription.Preparation) -> JSON {
    .object([
      (
        "matrices",
        .array(
          preparation.matrices.map {
            .object([
              ("precision", .string($0.precision.rawValue)),
              ("implementation", .string($0.implementation)),
              ("count", .integer($0.count)),
            ])
          })
      ),
      ("isSuitable", .bool(preparation.isSuitable)),
    ])
  }

  private static func object(_ conversion: ModelDescription.Conversion) -> JSON {
    .object([
      ("source", .string(conversion.source)),
      ("sourceFormat", .string(conversion.sourceFormat)),
      ("sourceByteCount", .integer(conversion.sourceByteCount)),
      ("sourceDigest", .string(conversion.sourceDigest)),
      ("sourceTypes", .array(conversion.sourceTypes.map { .string($0) })),
      ("precision", .string(conversion.precision.rawValue)),
      ("ramkitVersion", .string(conversion.ramkitVersion)),
    ])
  }

  private static func object(_ encoder: ModelDescription.ImageEncoder) -> JSON {
    .object([
      ("kind", .string(encoder.kind)),
      ("patch", .integer(encoder.patch)),
      ("depths", .integers(encoder.depths)),
      ("widths", .integers(encoder.widths)),
      ("heads", .integers(encoder.heads)),
      ("windows", .integers(encoder.windows)),
    ])
  }

  private static func object(_ decoder: ModelDescription.Decoder) -> JSON {
    .object([
      ("layers", .integer(decoder.layers)),
      ("width", .integer(decoder.width)),
      ("feedForward", .integer(decoder.feedForward)),
      ("heads", .integer(decoder.heads)),
      ("memoryWidth", .integer(decoder.memoryWidth)),
    ])
  }

  private static func object(_ shape: ModelDescription.WrongShape) -> JSON {
    .object([
      ("name", .string(shape.name)),
      ("found", .integers(shape.found)),
      ("expected", .integers(shape.expected)),
    ])
  }

  static func lines(_ model: ModelDescription) -> String {
    var fields = [
      ("file", "\(model.path) (\(model.format))"),
      ("family", model.family.rawValue),
      ("image size", "\(model.imageSize) px"),
      ("labels", text(model.labels, of: model)),
      ("precision", "runs in \(model.precision.rawValue)"),
      ("parameters", "\(model.parameterCount)"),
    ]
    fields += model.weights.map {
      ("stored as", "\($0.type): \($0.parameterCount) numbers in \($0.tensorCount) tensors")
    }
    if let preparation = model.preparation {
      let matrices = preparation.matrices.map {
        "\($0.count) matrices in \($0.precision.rawValue) for \($0.implementation)"
      }
      let fit = preparation.isSuitable ? "ready to be mapped here" : "not as kernels here read them"
      fields.append(("prepared", "\(matrices.joined(separator: ", ")): \(fit)"))
    }
    if !model.roundings.isEmpty {
      let formats = model.roundings.joined(separator: ", ")
      fields.append(("rounded to", "\(formats); what that took from the numbers stays lost"))
    }
    if let mixed = model.mixedPrecision {
      let names = mixed.bfloat16Layers.map(\.name).joined(separator: ", ")
      fields.append(
        (
          "int8 but for",
          "\(names.isEmpty ? "nothing" : names); measured on \(mixed.photoCount) photos"
        ))
    }
    if let encoder = model.imageEncoder {
      fields.append(("image encoder", text(encoder)))
    }
    if let decoder = model.decoder {
      fields.append(
        (
          "decoder",
          "\(decoder.layers) layers, width \(decoder.width), feed-forward \(decoder.feedForward), "
            + "\(decoder.heads) heads, memory width \(decoder.memoryWidth)"
        ))
    }
    fields += metadata(of: model).map { ("metadata", "\($0.key): \($0.value)") }
    for conversion in model.conversions {
      fields += [
        (
          "converted",
          "from \(conversion.source) (\(conversion.sourceFormat), "
            + "\(conversion.sourceTypes.joined(separator: " and ")), "
            + "\(conversion.sourceByteCount) bytes) to \(conversion.precision.rawValue) by RAMKit "
            + conversion.ramkitVersion
        ),
        ("its SHA-256", conversion.sourceDigest),
      ]
    }
    fields += model.missingTensors.map { ("missing", $0) }
    fields += model.unreadableTensors.map { ("unreadable", $0) }
    fields += model.wrongShapes.map {
      ("wrong shape", "\($0.name) is \($0.found), not \($0.expected)")
    }
    fields += model.unknownTensors.map { ("unknown", $0) }
    return FieldText.lines(fields)
  }

  private static func text(
    _ labels: ModelDescription.Labels?, of model: ModelDescription
  ) -> String {
    guard let labels else { return "\(count(of: model)), without names" }
    let origin =
      switch labels.origin {
      case .given: "given"
      case .file: "named in the file"
      case .official: "the official ones"
      }
    let languages = labels.languages.map { ", \($0)" }.joined()
    return "\(count(of: model)), \(origin): '\(labels.name)'"
      + (languages.isEmpty ? "" : ", en" + languages)
      + (labels.omittedCount > 0 ? ", \(labels.omittedCount) omitted unless asked for" : "")
  }

  private static func count(of model: ModelDescription) -> String {
    guard let descriptions = model.descriptionCount else { return "\(model.labelCount)" }
    return model.labelCount == 0
      ? "\(descriptions) descriptions"
      : "\(model.labelCount) of \(descriptions / model.labelCount) descriptions"
  }

  private static func text(_ encoder: ModelDescription.ImageEncoder) -> String {
    let lists = [
      ("depths", encoder.depths), ("widths", encoder.widths), ("heads", encoder.heads),
      ("windows", encoder.windows),
    ]
    return lists.filter { !$0.1.isEmpty }.reduce(encoder.kind) { text, list in
      text + ", \(list.0) \(list.1.map(String.init).joined(separator: " "))"
    }
  }

  private static func metadata(of model: ModelDescription) -> [(key: String, value: String)] {
    model.metadata.sorted { $0.key < $1.key }
  }
}
