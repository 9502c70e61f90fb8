import ExecTopApp
import ExecTopScreen
import ExecTopText
import TestSupport
import Testing

/// What stands on the screen.
@Suite(.serialized, .enabled(if: Tmux.isAvailable, Comment(rawValue: Tmux.missing)))
struct TerminalScreenTests {
  @Test func characters() throws {
    let tmux = try Probe.inTmux()
    let screen = try tmux.waitFor("style input")
    #expect(screen.count == 24)
    #expect(screen[0] == "size 80x24 unicode true")
    #expect(screen[2] == "ab日本c|")
    #expect(screen[3] == "e\u{301}o\u{308}\u{323}de|")
    #expect(screen[23] == String(repeating: " ", count: 79) + "#")
    for style in Style.allCases { #expect(screen[4 + Int(style.rawValue)] == "style \(style)") }
  }

  @Test func charactersInTheCLocale() throws {
    let tmux = try Probe.inTmux(locale: "C")
    let screen = try tmux.waitFor("style input")
    #expect(screen[0] == "size 80x24 unicode false")
    #expect(screen[2] == "ab??c|")
    #expect(screen[23].hasSuffix("#"))
  }

  @Test func controlsNeverReachTheTerminal() throws {
    let tmux = try Probe.inTmux()
    try tmux.type("H")
    let screen = try tmux.waitFor("character(\"H\")")
    // One mark for a cell: the last two are a zero-width and a wide character in one cell.
    #expect(screen[20] == "???????   x ??")
    #expect(screen[21] == "")
    #expect(screen[0] == "size 80x24 unicode true")
    try tmux.type("H")
    try tmux.waitFor { $0[20] == "" && $0[23].hasSuffix("#") }
  }

  @Test func redrawTakesAwayWhatIsNotOurs() throws {
    let tmux = try Probe.inTmux()
    try tmux.type("G")
    try tmux.waitFor("scribble")
    try tmux.send("C-l")
    try tmux.waitFor { screen in screen[4] == "style plain" && !screen.contains { $0.contains("scribble") } }
  }

  @Test func cursor() throws {
    let tmux = try Probe.inTmux()
    #expect(try tmux.value(of: "cursor_flag") == "0")
    try tmux.type("C")
    try tmux.waitFor { _ in (try? tmux.value(of: "cursor_flag")) == "1" }
    #expect(try tmux.value(of: "cursor_x") == "2" && tmux.value(of: "cursor_y") == "1")
    try tmux.type("C")
    try tmux.waitFor { _ in (try? tmux.value(of: "cursor_flag")) == "0" }
  }

  @Test func suspendAndResume() throws {
    let tmux = try Probe.inTmux()
    #expect(try tmux.value(of: "alternate_on") == "1")
    for _ in 1...2 {
      try tmux.send("C-z")
      try tmux.waitFor { $0.contains { $0.contains("Stopped") } && $0.last { !$0.isEmpty } == "shell>" }
      #expect(try tmux.value(of: "alternate_on") == "0")
      #expect(try tmux.value(of: "cursor_flag") == "1")
      // The shell's own line editing has the terminal, at another size.
      try tmux.resize(columns: 60, rows: 20)
      try tmux.type("clear; fg")
      try tmux.send("Enter")
      try tmux.waitFor("size 60x20")
      #expect(try tmux.value(of: "alternate_on") == "1")
      try tmux.type("k")
      try tmux.waitFor("character(\"k\")")
    }
    try tmux.type("q")
    try tmux.waitFor("ended by q")
  }

  /// SIGSTOP cannot be seen coming; the terminal is taken back after it all the same.
  @Test func stoppedFromOutside() throws {
    let tmux = try Probe.inTmux()
    try tmux.send("C-z")
    try tmux.waitFor("Stopped")
    try tmux.type("kill -STOP %1; stty echo icanon; fg")
    try tmux.send("Enter")
    try tmux.waitFor("size 80x24")
    try tmux.type("x")
    try tmux.waitFor("character(\"x\")")
  }

  @Test func resize() throws {
    let tmux = try Probe.inTmux()
    var generator = SeededGenerator(state: 7)
    let random = (1...25).map { _ in
      (columns: Int.random(in: 1...120, using: &generator), rows: Int.random(in: 1...40, using: &generator))
    }
    for (columns, rows) in random + [(1, 2), (2, 1), (1, 1), (200, 50)] {
      try tmux.resize(columns: columns, rows: rows)
      try tmux.waitFor { screen in
        guard screen.count == rows else { return false }
        // One row has room for the last cell only, and ncurses leaves that one alone if it is a column's only one.
        let hasTop = rows == 1 || screen[0] == "size \(columns)x\(rows) unicode true".cut(to: columns)
        return hasTop && (columns == 1 || screen[rows - 1].hasSuffix("#"))
      }
    }
  }

  @Test func sameScreenAfterManySmallChanges() throws {
    let tmux = try Probe.inTmux(columns: 200)
    for key in "HxHyCzHHaC" { try tmux.type(String(key)) }
    let painted = try tmux.waitFor("character(\"a\") character(\"C\")")
    try tmux.send("C-l")
    let redrawn = try tmux.waitFor("control(\"l\")")
    // Row 1 names the keys.
    #expect(painted[0] == redrawn[0])
    #expect(painted[2...] == redrawn[2...])
  }
}

/// Numbers that are the same in every run.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

extension String {
  /// As much as a row of so many columns shows, without the blanks at its end, as tmux gives it.
  fileprivate func cut(to columns: Int) -> String {
    String(prefix(columns).reversed().drop { $0 == " " }.reversed())
  }
}
