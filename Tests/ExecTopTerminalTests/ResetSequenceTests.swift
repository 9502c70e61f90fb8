import Testing

@testable import ExecTopTerminal

struct ResetSequenceTests {
  private func sequence(_ capabilities: [String: String]) -> String {
    String(decoding: ResetSequence.make { capabilities[$0].map { Array($0.utf8) } }, as: UTF8.self)
  }

  @Test func everythingThatIsSwitched() {
    let all = ["kmous": "M", "sgr0": "<0>", "op": "<op>", "rmkx": "<rmkx>", "cnorm": "<cnorm>", "rmcup": "<rmcup>"]
    #expect(sequence(all) == "\u{1b}[?1000l\u{1b}[?1006l<0><op><rmkx><cnorm><rmcup>")
  }

  @Test func withoutMouseAndSecondScreen() {
    #expect(sequence(["sgr0": "<0>"]) == "<0>\r\n")
  }

  @Test func delaysAreLeftOut() {
    #expect(sequence(["sgr0": "\u{1b}[m\u{f}$<2>", "op": "$<5/>a$b$<", "rmcup": "$"]) == "\u{1b}[m\u{f}a$b$<$")
  }
}
