import TestSupport
import Testing

/// Every key of the key table once, in a real terminal.
@Suite(.serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct KeyTests {
  private func open(columns: Int = 120, rows: Int = 30) throws -> Tmux {
    let screen = try Tmux(
      "\(Programs.built("exectop")) --demo -d 0.2", columns: columns, rows: rows, environment: ["HOME": "/nonexistent"])
    // Enough to move in, and in more than one directory.
    try screen.waitFor { $0[1].contains(#/paths [0-9]{2}  map/#) }
    return screen
  }

  /// The place on the screen of the selected row, which has a colour behind it that nothing else has.
  private func selectedRow(_ screen: Tmux) throws -> Int? {
    try screen.captureStyled().firstIndex { $0.contains(#/\x1b\[([0-9]+;)*(46|48;5;153)m/#) }
  }

  @Test("keys that show on the screen what they did")
  func shown() throws {
    let screen = try open()
    // A key, what is then on the screen, and what no longer is.
    let steps: [(key: String, shown: String, gone: String)] = [
      ("?", "exectop help", "RATE/S"), ("?", "RATE/S", "exectop help"), ("h", "exectop help", "RATE/S"),
      ("Escape", "RATE/S", "exectop help"), ("F1", "exectop help", "RATE/S"), ("BSpace", "RATE/S", "exectop help"),
      ("c", "COUNT▼", "RATE/S▼"), ("x", "FAILED▼", "COUNT▼"), ("n", "PATH▲", "FAILED▼"), ("l", "LAST▼", "PATH▲"),
      ("m", "PEAK/S▼", "LAST▼"), ("r", "RATE/S▼", "PEAK/S▼"), (">", "COUNT▼", "RATE/S▼"), ("<", "RATE/S▼", "COUNT▼"),
      ("i", "RATE/S▲", "RATE/S▼"), ("i", "RATE/S▼", "RATE/S▲"),
      ("s", "scale shared", ""), ("s", "show all  filter", "scale shared"),
      ("/", "filter: ", "? help"), ("s", "filter: s ", "? help"), ("Enter", "filter s", "filter: s"),
      ("f", "filter: s ", "? help"), ("C-u", "filter:  ", "filter: s"), ("Escape", "filter s", "filter: "),
      ("f", "filter: s ", "? help"), ("C-w", "filter:  ", "filter: s"), ("Enter", "filter none", "filter: "),
      ("o", "show ran", "show all"), ("o", "show failed", "show ran"), ("o", "show all", "show failed"),
      ("p", "PAUSED", ""), ("Space", "every 0.2s", "PAUSED"),
      ("z", "counting from zero", "? help"), ("u", "the last reset is taken back", "counting from zero"),
      ("+", "every 0.1s", "every 0.2s"), ("-", "every 0.2s", "every 0.1s"), ("=", "every 0.1s", "every 0.2s"),
      ("-", "every 0.2s", "every 0.1s"),
      ("Down", "RATE/S", ""), ("Enter", "details", "RATE/S"), ("Enter", "RATE/S", "details"),
      ("Enter", "details", "RATE/S"), ("Escape", "RATE/S", "details"),
      ("n", "PATH▲", "RATE/S▼"), ("d", "▾ ", ""), ("End", "▸ ", ""), ("d", "? help", "▸ "),
      ("W", "save /nonexistent/.config/exectop/choices: No such file or directory", "? help"),
      ("C-l", "? help", "save /"),
    ]
    for step in steps {
      try screen.send(step.key)
      try screen.waitFor { lines in
        lines.contains { $0.contains(step.shown) } && (step.gone.isEmpty || !lines.contains { $0.contains(step.gone) })
      }
    }
  }

  @Test("keys that move the selection")
  func moves() throws {
    // Six rows, and paths for less than two pages.
    let screen = try open(rows: 12)
    let (first, last) = (5, 10)
    try screen.send("n", "p")
    try screen.waitFor("PAUSED")
    for (key, row) in [
      ("Down", first), ("j", first + 1), ("Down", first + 2), ("k", first + 1), ("Up", first), ("End", last),
      ("Home", first), ("G", last), ("g", first), ("PageDown", last),
    ] {
      try screen.send(key)
      try screen.waitFor { _ in try selectedRow(screen) == row }
    }
  }

  @Test("→ opens the selected directory, ← closes it")
  func directories() throws {
    let screen = try open()
    try screen.send("p", "n", "d", "Home", "Left")
    try screen.waitFor { lines in lines.contains { $0.contains("▸ /") } && !lines.contains { $0.contains("▸ usr/") } }
    try screen.send("Right")
    try screen.waitFor("▸ usr/")
  }

  @Test("keys that end it", arguments: ["q", "F10", "C-c"])
  func quit(key: String) throws {
    let screen = try Tmux("sh", environment: ["PS1": "prompt> "])
    try screen.type("\(Programs.built("exectop")) --demo; echo status $?\n")
    try screen.waitFor("DEMO")
    try screen.send(key)
    try screen.waitFor("status 0")
  }

  /// Bytes as tmux hands a click on to a program: X10's form, with 33 for the first column and row.
  private func click(_ button: UInt8, row: Int, column: Int, on screen: Tmux) throws {
    let bytes = [32 + button, UInt8(33 + column), UInt8(33 + row)].map { Character(Unicode.Scalar($0)) }
    try screen.type("\u{1b}[M" + String(bytes))
    // The wheel has no release.
    if button == 0 { try screen.type("\u{1b}[M#" + String(bytes[1...])) }
  }

  @Test("the mouse in tmux: a column's name sorts, a row is selected, the wheel moves, also in the tree")
  func mouse() throws {
    let screen = try open(columns: 90)
    let names = 4
    try screen.send("p")
    try screen.waitFor("PAUSED")
    try click(0, row: names, column: 28, on: screen)
    try screen.waitFor("COUNT▼")
    try click(0, row: names, column: 28, on: screen)
    try screen.waitFor("COUNT▲")
    try click(0, row: names + 4, column: 60, on: screen)
    try screen.waitFor { _ in try selectedRow(screen) == names + 4 }
    try click(65, row: 0, column: 0, on: screen)
    try screen.waitFor { _ in try selectedRow(screen) == names + 5 }
    try click(64, row: 0, column: 0, on: screen)
    try screen.waitFor { _ in try selectedRow(screen) == names + 4 }
    try screen.send("d")
    try screen.waitFor("▾ /")
    try click(0, row: names + 2, column: 60, on: screen)
    try screen.waitFor { _ in try selectedRow(screen) == names + 2 }
  }
}
