import Testing

@testable import RAMKitCommand

@Suite struct FormatTests {
  @Test(arguments: [
    ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
    ("two\nlines", "\"two\nlines\""), ("a\r\nb", "\"a\r\nb\""), (" blank", "\" blank\""),
    ("blank ", "\"blank \""), ("rubik's cube", "rubik's cube"), ("狗", "狗"),
  ])
  func quotesCSVFieldsThatNeedIt(_ field: String, _ quoted: String) {
    #expect(CSVFormat.quoted(field) == quoted)
  }

  @Test(arguments: [
    (Float(0), "0.000"), (1, "1.000"), (0.9996, "1.000"), (0.0004, "0.000"), (0.07, "0.070"),
    (0.93, "0.930"), (0.123456, "0.123"),
  ])
  func writesScoresWithThreeDecimals(_ score: Float, _ text: String) {
    #expect(TextFormat.decimals(score) == text)
  }

  @Test func setsFieldsBelowEachOther() {
    #expect(FieldText.lines([("a", "1"), ("long", "2")]) == "a     1\nlong  2\n")
    #expect(FieldText.lines([]).isEmpty)
  }

  private static let bars: [(Int, Int?, Duration, String)] = [
    (0, 10, Duration.seconds(1), "[------------------------------] 0/10  0.0/s  --:-- left"),
    (5, 10, .seconds(2), "[###############---------------] 5/10  2.5/s  0:02 left"),
    (10, 10, .seconds(1), "[##############################] 10/10  10.0/s  0:00 left"),
    (1, 7_200, .seconds(1), "[------------------------------] 1/7200  1.0/s  1:59:59 left"),
    (100, nil, .seconds(8), "100 photos  12.5/s"),
  ]

  @Test(arguments: bars)
  func drawsTheBar(_ done: Int, _ total: Int?, _ elapsed: Duration, _ text: String) {
    #expect(Progress.bar(done: done, total: total, elapsed: elapsed) == text)
  }
}
