import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("SafeText")
struct SafeTextTests {
  @Test(
    "what prints is shown as it is",
    arguments: [
      "", "/usr/bin/git", "a b", "\\", "\\x1", "\\y1b", "\\x1g", "x1b", "résumé", "re\u{301}sume\u{301}", "通知", "🦊",
      "\u{1d11e}", "ﬁ", "−",
    ])
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

  @Test(
    "what prints but cannot be seen is escaped",
    arguments: [
      0xa0, 0xad, 0x34f, 0x115f, 0x1160, 0x11a8, 0x1680, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f, 0x2000,
      0x200a, 0x202f, 0x205f, 0x2060, 0x2065, 0x2800, 0x3000, 0x3164, 0xfe00, 0xfe0f, 0xfff0, 0xfffc, 0xffa0, 0x16fe4,
      0x1d159, 0x13441, 0x13442, 0xe0000, 0xe0020, 0xe007f, 0xe0100, 0xe01ef,
    ] as [UInt32])
  func invisible(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let shown = SafeText("a\(scalar)b".utf8)
    #expect(shown.pieces.filter { !$0.isEscape }.map(\.scalar) == ["a", "b"])
    #expect(shown.pieces.count == 2 + 4 * UTF8.width(scalar))
  }

  @Test("a character shows four marks, and what comes after them is escaped", arguments: 0...9)
  func marks(count: Int) {
    let mark = "\u{301}"
    let shown = SafeText(("a" + String(repeating: mark, count: count) + "b").utf8)
    let escaped = String(repeating: "\\xcc\\x81", count: max(0, count - 4))
    let expected = "a" + String(repeating: mark, count: min(4, count)) + escaped + "b"
    #expect(shown.string.unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test(
    "a mark without a character that it could join is escaped",
    arguments: [
      ("\u{301}a", "\\xcc\\x81a"), ("\n\u{301}a", "\\x0a\\xcc\\x81a"), ("\u{301}\u{302}", "\\xcc\\x81\\xcc\\x82"),
      ("\u{20dd}", "\\xe2\\x83\\x9d"),
    ])
  func loneMarks(text: String, shown: String) {
    #expect(SafeText(text.utf8).string == shown)
  }

  @Test(
    "a backslash that would look like an escape is one itself, and no other is",
    arguments: [
      ("\\x1b", "\\x5cx1b"), ("\\x1B", "\\x5cx1B"), ("\\\\x1b", "\\\\x5cx1b"), ("\\x5c", "\\x5cx5c"),
      ("\\x1\u{1b}", "\\x1\\x1b"), ("\\\u{1b}", "\\\\x1b"), ("\\xg1", "\\xg1"), ("\\X1b", "\\X1b"),
      ("\\u001b", "\\u001b"),
    ])
  func backslash(text: String, shown: String) {
    #expect(SafeText(text.utf8).string == shown)
    #expect(SafeText(text.utf8).isFaithful == (text == shown))
    #expect(SafeText(typed: text).string.first == text.first)
  }

  @Test("what was made safe can be made safe again without a change")
  func twice() {
    let once = SafeText("/a\\x1b\u{1b}\u{9b}é".utf8).string
    #expect(SafeText(typed: once).string == once)
  }

  @Test("only the row of many paths has its name")
  func other() {
    #expect(SafeText("(other)".utf8).string == "\\x28other)")
    for text in ["(other", "/(other)", "(other))", "((other)"] { #expect(SafeText(text.utf8).string == text) }
  }

  @Test("escapes can be undone to the very bytes, whatever these are", arguments: [true, false])
  func roundTrip(isUnicode: Bool) {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<5000 {
      let bytes = hostileBytes(&random, atMost: 40)
      let shown = SafeText(bytes) { isUnicode || $0.isASCII }
      #expect(unescaped(shown.string) == bytes)
      #expect(shown.isFaithful == (Array(shown.string.utf8) == bytes))
    }
  }

  @Test("no character that takes no cell is shown, but marks")
  func widths() {
    for value in UInt32(0x80)...0x10ffff {
      guard let scalar = Unicode.Scalar(value), scalar.prints, !scalar.isMark else { continue }
      #expect(Glyphs.utf8.width(scalar) != 0, "\(String(value, radix: 16))")
    }
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
