/// How operations and precisions look in a plot.
enum Look {
  /// Operations that belong together have a heading and neighbouring colours; those that no family knows
  /// come last, in grey.
  struct Family {
    let title: String
    let operations: [(name: String, color: String)]
  }

  static let families = [
    Family(
      title: "products",
      operations: [
        ("gemm", "#2f7de1"), ("feed_forward", "#12a5b8"), ("patch_embedding", "#7b6ff0"),
        ("patch_merging", "#5f87b5"),
      ]),
    Family(
      title: "attention",
      operations: [
        ("window_attention", "#ee6c1a"), ("cross_attention", "#e0356f"),
        ("prepared_attention", "#b3401f"),
      ]),
    Family(
      title: "convolutions",
      operations: [
        ("convolution", "#0f9d7a"), ("expanded_depthwise", "#58a813"),
        ("depthwise_convolution", "#9bb01b"),
      ]),
    Family(
      title: "rows, which wait for memory",
      operations: [
        ("layer_norm", "#d09a00"), ("softmax", "#b0643a"), ("mean_rows", "#c06bd8"),
        ("row_dots", "#9a4fb0"), ("description_reweighting", "#d1598f"),
      ]),
  ]

  static let unknown = "#868e96"

  static func color(of operation: String) -> String {
    families.flatMap(\.operations).first { $0.name == operation }?.color ?? unknown
  }

  /// A mark of about the same area for every precision, around (0, 0).
  static func mark(of precision: String) -> String {
    switch precision {
    case "float32": "<circle r=\"5\"/>"
    case "bfloat16": "<rect x=\"-4.5\" y=\"-4.5\" width=\"9\" height=\"9\"/>"
    default: "<path d=\"M0 -6.2L5.8 4.2L-5.8 4.2Z\"/>"
    }
  }

  /// Readable on white and on black, without a font of its own.
  static let style = """
    svg{--paper:#fff;--ink:#1d1f23;--soft:#676c75;--line:#eceae6;--strong:#d8d5cf}
    @media(prefers-color-scheme:dark){svg{--paper:#15171a;--ink:#e8e6e1;--soft:#9a9fa8;--line:#25282d;\
    --strong:#3a3f46}}
    text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--ink)}
    .title{font-size:20px;font-weight:600}
    .soft{fill:var(--soft)}
    .small{font-size:12px;fill:var(--soft)}
    .figure{font-variant-numeric:tabular-nums}
    .head{font-weight:600}
    .paper{fill:var(--paper)}
    .halo{font-size:12px;fill:var(--ink);stroke:var(--paper);stroke-width:4;paint-order:stroke;\
    stroke-linejoin:round}
    .grid,.decade{fill:none;stroke:var(--line)}
    .decade{stroke:var(--strong)}
    .roof{fill:none;stroke:var(--ink);stroke-width:2}
    .cache{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}
    .point{fill-opacity:.82;stroke:var(--paper);stroke-width:1}
    .point:hover{fill-opacity:1;stroke:var(--ink)}
    .key{fill:var(--soft)}
    """
}
