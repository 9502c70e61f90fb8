import TestSupport
import Testing

/// What the other tests take for hostile on a terminal.
struct TerminalStreamTests {
  private func offences(_ bytes: [UInt8], isUnicode: Bool = true) -> Int {
    var stream = TerminalStream(isUnicode: isUnicode)
    stream.take(bytes)
    return stream.offences.count + (stream.isComplete ? 0 : 1)
  }

  @Test(
    "what ncurses draws with is allowed",
    arguments: [
      "text", "é通🦊", "e\u{301}\u{301}\u{301}\u{301}", "\u{1b}[H\u{1b}[2J", "\u{1b}7\u{1b}[1;30r\u{1b}8", "\u{1b}[12b",
      "\r\n\u{8}\t",
      "\u{1b}[?1049h\u{1b}[22;0;0t\u{1b}[?1h\u{1b}=", "\u{1b}[38;5;153m\u{1b}(B\u{1b}[m", "\u{1b}[?1006;1000h",
      "\u{1b}]104\u{7}",
    ])
  func allowed(text: String) {
    #expect(offences(Array(text.utf8)) == 0)
  }

  @Test(
    "nothing else is",
    arguments: [
      "\u{7}", "\u{1b}]0;x\u{7}", "\u{1b}]104;1\u{7}", "\u{1b}P", "\u{1b}c", "\u{1b}[6n", "\u{1b}[c", "\u{1b}[!p",
      "\u{1b}[>4;2m",
      "\u{1b}[4i",
      "\u{1b}[?2004h", "\u{1b}[8;9;9t", "\u{1b}[?1049$p", "\u{9b}31m", "\u{202e}", "\u{200d}", "\u{a0}", "\u{7f}",
      "\u{e}",
      "\u{3164}", "\u{2800}", "\u{e0041}", "\u{1b}[1\u{1b}[m", "e\u{301}\u{301}\u{301}\u{301}\u{301}", "\u{1b}[",
    ])
  func refused(text: String) {
    #expect(offences(Array(text.utf8)) > 0)
  }

  @Test("bytes that are no UTF-8 are not, and in a locale without it nothing beyond ASCII is")
  func bytes() {
    for bytes in [[0x9b, 0x6d], [0xff], [0xc3], [0xc3, 0x41], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] as [[UInt8]]
    {
      #expect(offences(bytes) > 0)
    }
    #expect(offences(Array("é".utf8), isUnicode: false) > 0)
  }

  @Test("the private modes that are set are known")
  func modes() {
    var stream = TerminalStream(isUnicode: true)
    stream.take(Array("\u{1b}[?1049h\u{1b}[?1006;1000h\u{1b}[?25l".utf8))
    #expect(stream.modes == [1000, 1006, 1049])
    stream.take(Array("\u{1b}[?1049l\u{1b}[?1006;1000l\u{1b}[?12l\u{1b}[?25h".utf8))
    #expect(stream.modes == [25])
  }
}
