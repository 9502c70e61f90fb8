/// The bytes that bring a terminal back from the state that ncurses puts it in.
enum ResetSequence {
  /// Mouse reporting off, plain text, keypad and cursor as usual; last the normal screen, for what follows.
  static func make(capability: (String) -> [UInt8]?) -> [UInt8] {
    var bytes: [UInt8] = []
    if capability("kmous") != nil {
      // Both of the reports that ncurses may have asked for; terminfo has no capability that every ncurses knows.
      bytes += Array("\u{1b}[?1000l\u{1b}[?1006l".utf8)
    }
    for name in ["sgr0", "op", "rmkx", "cnorm"] {
      bytes += withoutPadding(capability(name) ?? [])
    }
    // Without a second screen, the text goes on below.
    return bytes + (capability("rmcup").map(withoutPadding) ?? Array("\r\n".utf8))
  }

  /// Takes out terminfo's delays, `$<5>`: terminals no longer need them, and tputs may not be called in a handler.
  private static func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
        rest = rest[(end + 1)...]
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
