import RAMKit

/// What was measured layer by layer, as JSON, and as a table for people.
enum MixedPrecisionText {
  static func object(_ mixed: MixedPrecision) -> JSON {
    .object([
      ("photos", .integer(mixed.photoCount)),
      ("layers", .array(mixed.layers.map(object))),
    ])
  }

  private static func object(_ layer: MixedPrecision.Layer) -> JSON {
    .object([
      ("name", .string(layer.name)),
      ("precision", .string(layer.precision.rawValue)),
      ("workShare", .double(layer.workShare)),
      ("errorShare", .double(layer.errorShare)),
      ("int8Movement", .double(layer.int8Movement)),
      ("bfloat16Movement", .double(layer.bfloat16Movement)),
    ])
  }

  static func table(_ mixed: MixedPrecision) -> String {
    let width = max(5, mixed.layers.map(\.name.count).max() ?? 0)
    var text =
      EvaluationText.padded("layer", width)
      + "  of work  of error  moved by int8  by bfloat16\n"
    for layer in mixed.layers {
      text += EvaluationText.padded(layer.name, width)
      text += EvaluationText.right(EvaluationText.percent(layer.workShare) + " %", 9)
      text += EvaluationText.right(EvaluationText.percent(layer.errorShare) + " %", 10)
      text += EvaluationText.right(BenchmarkText.fixed(layer.int8Movement, 4), 15)
      text += EvaluationText.right(BenchmarkText.fixed(layer.bfloat16Movement, 4), 13)
      text += layer.precision == .bfloat16 ? "  stays\n" : "\n"
    }
    return text
  }
}
