import ExecTopApp
import ExecTopScreen
import ExecTopText
import Testing

@testable import ExecTopTerminal

struct KeyDecoderTests {
  private func keys(_ text: String) -> [Key] {
    var decoder = KeyDecoder(isUnicode: true)
    return decoder.decode(text.utf8.map { .byte($0) })
  }

  @Test func charactersAndControls() {
    #expect(keys("a Z~") == [.character("a"), .character(" "), .character("Z"), .character("~")])
    #expect(keys("\u{1}\u{c}\u{1a}") == [.control("a"), .control("l"), .control("z")])
    #expect(keys("\r\n\t\u{8}\u{7f}") == [.enter, .enter, .tab, .backspace, .backspace])
    #expect(keys("\u{0}\u{1c}\u{1f}") == [.unknown, .unknown, .unknown])
  }

  @Test func charactersBeyondASCII() {
    #expect(keys("é日😀\u{301}") == [.character("é"), .character("日"), .character("😀"), .character("\u{301}")])
  }

  @Test func characterInTwoParts() {
    var decoder = KeyDecoder(isUnicode: true)
    #expect(decoder.decode([.byte(0xe6), .byte(0x97)]) == [])
    #expect(decoder.decode([.byte(0xa5), .byte(0x61)]) == [.character("日"), .character("a")])
  }

  @Test(
    arguments: [
      // A continuation without a beginning, overlong, a surrogate, beyond U+10FFFF, a C1 control.
      [0x80], [0xc0], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xc2, 0x9b],
    ] as [[UInt8]])
  func notACharacter(bytes: [UInt8]) {
    var decoder = KeyDecoder(isUnicode: true)
    let keys = decoder.decode((bytes + [0x61]).map { .byte($0) })
    #expect(keys.last == .character("a"))
    #expect(!keys.isEmpty && keys.dropLast().allSatisfy { $0 == .unknown } && keys.count > 1)
  }

  @Test func characterThatBreaksOff() {
    var decoder = KeyDecoder(isUnicode: true)
    #expect(decoder.decode([.byte(0xe6), .byte(0x61)]) == [.unknown, .character("a")])
    #expect(decoder.decode([.byte(0xe6), .key(.up)]) == [.unknown, .up])
    #expect(decoder.decode([.byte(0xe6), .byte(0x1b)]) == [.unknown, .escape])
    #expect(decoder.decode([.byte(0xe6), .byte(0xc3), .byte(0xa9)]) == [.unknown, .character("é")])
  }

  @Test func otherEncodingsAreUnknown() {
    var decoder = KeyDecoder(isUnicode: false)
    #expect(decoder.decode([.byte(0xe9), .byte(0x61)]) == [.unknown, .character("a")])
  }

  @Test func escapeAlone() {
    #expect(keys("\u{1b}") == [.escape])
    #expect(keys("a\u{1b}\u{1b}") == [.character("a"), .escape, .escape])
  }

  @Test func metaIsNotTheKeyItself() {
    #expect(keys("\u{1b}q") == [.unknown])
    #expect(keys("\u{1b}éq") == [.unknown, .character("q")])
    var decoder = KeyDecoder(isUnicode: true)
    #expect(decoder.decode([.byte(0x1b), .key(.up), .key(.down)]) == [.unknown, .down])
  }

  @Test func sequencesThatTerminfoLacks() {
    // The reports of focus and of a paste, and a function key with modifiers.
    #expect(keys("\u{1b}[Iq") == [.unknown, .character("q")])
    #expect(keys("\u{1b}[200~i") == [.unknown, .character("i")])
    #expect(keys("\u{1b}OPq\u{1b}[1;9Az") == [.unknown, .character("q"), .unknown, .character("z")])
    #expect(keys("\u{1b}[\u{1b}") == [.unknown, .escape])
  }
}
