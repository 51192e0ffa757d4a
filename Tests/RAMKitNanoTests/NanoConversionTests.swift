import RAMKit
import RAMKitNano
import Testing
import _RAMKitTestSupport

@Suite struct NanoConversionTests {
  /// Its file and its labels become one file, which knows the broader labels as well, also where weights are
  /// prepared.
  @Test(arguments: Precision.allCases, [false, true])
  func itsLabelsGoIntoTheFile(precision: Precision, prepared: Bool) async throws {
    let folder = try TemporaryFolder()
    let file = folder.file("nano.safetensors")
    let original = try await Tagger.nano(options: ModelOptions(precision: precision))
    let conversion = try ModelConversion(
      of: ResourceLocator(target: "RAMKitNano").url(of: "ram-nano.safetensors"),
      options: ModelOptions(labels: try LabelSet.nano(), precision: precision), prepared: prepared)
    let description = try await conversion.write(to: file)
    var rounded = precision == .float32 ? [] : [precision.rawValue]
    if precision == .int8 { rounded.append("bfloat16") }  // keys and values
    #expect(Set(description.roundings) == Set(["float16"] + rounded))
    #expect(description.metadata["license"] == "Apache-2.0")
    #expect((description.preparation != nil) == prepared)
    let converted = try await Tagger(
      contentsOf: file, options: ModelOptions(precision: precision))
    #expect(converted.labels.labels == original.labels.labels)
    let photo = Photo.file(GoldenNano.photo("dogs"))
    let options = TaggingOptions(keepsLogits: true)
    let expected = try await original.tags(in: photo, options: options)
    let tagging = try await converted.tags(in: photo, options: options)
    #expect(tagging.logits == expected.logits)
    #expect(tagging.tags == expected.tags)
  }
}
