import RAMKit
import Testing

@Suite struct LabelTests {
  @Test func findsTheNearestLanguage() {
    let label = Label("dog", localizedNames: ["zh": "狗", "de-AT": "Hund", "sr-Latn": "pas"])
    #expect(label.localizedName("zh") == "狗")
    #expect(label.localizedName("zh-Hans-CN") == "狗")
    #expect(label.localizedName("zh-x-private") == "狗")
    #expect(label.localizedName("de-AT") == "Hund")
    #expect(label.localizedName("de") == nil)
    #expect(label.localizedName("sr-Latn-RS") == "pas")
    #expect(label.localizedName("") == nil)
  }
}
