import Testing

@testable import ExecTopCore

@Suite("SafeText")
struct SafeTextTests {
  @Test(
    "what prints is shown as it is",
    arguments: ["", "/usr/bin/git", "a b", "\\x1b", "résumé", "re\u{301}sume\u{301}", "通知", "🦊", "\u{1d11e}", "ﬁ", "−"])
  func faithful(text: String) {
    let shown = SafeText(text.utf8)
    #expect(shown.string.unicodeScalars.elementsEqual(text.unicodeScalars))
    #expect(shown.isFaithful)
  }

  @Test(
    "a byte that is no valid UTF-8 is escaped, and only that byte",
    arguments: [
      ([0xff], "\\xff"),
      ([0x61, 0x80, 0x62], "a\\x80b"),
      // Cut off, at the end and before another character.
      ([0xe2, 0x82], "\\xe2\\x82"),
      ([0xf0, 0x9f, 0x61], "\\xf0\\x9fa"),
      ([0xc3, 0xc3, 0xa9], "\\xc3é"),
      // Longer than need be: a slash in two and in three bytes.
      ([0xc0, 0xaf], "\\xc0\\xaf"),
      ([0xe0, 0x80, 0xaf], "\\xe0\\x80\\xaf"),
      // A surrogate, and what lies beyond Unicode.
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
      ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
    ] as [([UInt8], String)])
  func invalid(bytes: [UInt8], text: String) {
    #expect(SafeText(bytes).string == text)
    #expect(!SafeText(bytes).isFaithful)
  }

  @Test(
    "every byte of a character that does not print is escaped",
    arguments: [
      ("\u{0}", "\\x00"), ("\u{7}", "\\x07"), ("\t", "\\x09"), ("\n", "\\x0a"), ("\u{1b}", "\\x1b"),
      ("\u{7f}", "\\x7f"),
      // C1: a terminal may take U+009B for ESC [.
      ("\u{80}", "\\xc2\\x80"), ("\u{9b}", "\\xc2\\x9b"), ("\u{9f}", "\\xc2\\x9f"),
      // Format controls, the bidirectional ones among them.
      ("\u{ad}", "\\xc2\\xad"), ("\u{200b}", "\\xe2\\x80\\x8b"), ("\u{200f}", "\\xe2\\x80\\x8f"),
      ("\u{202e}", "\\xe2\\x80\\xae"), ("\u{2066}", "\\xe2\\x81\\xa6"), ("\u{feff}", "\\xef\\xbb\\xbf"),
      ("\u{e0041}", "\\xf3\\xa0\\x81\\x81"),
      // Line separators.
      ("\u{2028}", "\\xe2\\x80\\xa8"), ("\u{2029}", "\\xe2\\x80\\xa9"),
      // Private use, and no character at all.
      ("\u{e000}", "\\xee\\x80\\x80"), ("\u{ffff}", "\\xef\\xbf\\xbf"),
    ])
  func unprintable(text: String, escaped: String) {
    #expect(SafeText("a\(text)b".utf8).string == "a\(escaped)b")
  }

  @Test("a terminal that shows ASCII alone gets every other character as bytes")
  func asciiOnly() {
    let shown = SafeText("né/通".utf8) { $0.isASCII }
    #expect(shown.string == "n\\xc3\\xa9/\\xe9\\x80\\x9a")
    #expect(shown.pieces.prefix(1).allSatisfy { !$0.isEscape })
    #expect(shown.pieces[1...8].allSatisfy { $0.isEscape })
  }

  @Test("no byte string, however mixed, shows anything that does not print")
  func anything() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8.random(in: .min ... .max, using: &random)
      }
      #expect(SafeText(bytes).pieces.allSatisfy { $0.scalar.prints })
    }
  }
}
