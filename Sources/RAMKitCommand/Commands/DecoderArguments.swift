import ArgumentParser

/// What no tensor tells of a checkpoint's recognition decoder.
struct DecoderArguments: ParsableArguments {
  @Option(
    name: .customLong("decoder-heads"),
    help: ArgumentHelp(
      "Attention heads of the decoder, if neither the file nor a config.json beside it says so and "
        + "they are not the official 4.",
      valueName: "n"))
  var heads: Int?

  func validate() throws {
    try ModelArguments.checkPositive(heads, "--decoder-heads")
  }
}
