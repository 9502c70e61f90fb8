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
      ("?", "exectop help", "RATE/S"), ("q", "RATE/S", "exectop help"),
      ("c", "COUNT▼", "RATE/S▼"), ("x", "FAILED▼", "COUNT▼"), ("n", "PATH▲", "FAILED▼"), ("l", "LAST▼", "PATH▲"),
      ("m", "PEAK/S▼", "LAST▼"), ("r", "RATE/S▼", "PEAK/S▼"), (">", "COUNT▼", "RATE/S▼"), ("<", "RATE/S▼", "COUNT▼"),
      ("i", "RATE/S▲", "RATE/S▼"), ("i", "RATE/S▼", "RATE/S▲"),
      ("s", "scale shared", ""), ("s", "show all  filter", "scale shared"),
      ("/", "filter: ", "? help"), ("s", "filter: s ", "? help"), ("Enter", "filter s", "filter: s"),
      ("f", "filter: s ", "? help"), ("C-u", "filter:  ", "filter: s"), ("Escape", "filter s", "filter: "),
      ("f", "filter: s ", "? help"), ("C-w", "filter:  ", "filter: s"), ("Enter", "filter none", "filter: "),
      ("o", "show succeeded", "show all"), ("o", "show failed", "show succeeded"),
      ("o", "show exit≠0", "show failed"), ("o", "show all", "show exit≠0"),
      ("P", "CPU%▼", "RATE/S▼"), (">", "TIME+▼", "CPU%▼"), ("r", "RATE/S▼", "TIME+▼"),
      ("p", "PAUSED", ""), ("Space", "every 0.2s", "PAUSED"),
      ("z", "counters reset (u undoes)", "? help"), ("u", "reset undone", "counters reset"),
      ("+", "every 0.1s", "every 0.2s"), ("-", "every 0.2s", "every 0.1s"), ("=", "every 0.1s", "every 0.2s"),
      ("-", "every 0.2s", "every 0.1s"), ("R", "? help", ""), ("F", "select a row first", "? help"),
      ("Down", "RATE/S▼", ""), ("Enter", "details", "RATE/S▼"), ("Enter", "RATE/S▼", "details"),
      ("Enter", "details", "RATE/S▼"), ("Escape", "RATE/S▼", "details"), ("Enter", "details", "RATE/S▼"),
      ("q", "RATE/S▼", "details"), ("F", " following", ""), ("F", "RATE/S▼", " following"),
      ("n", "PATH▲", "RATE/S▼"), ("d", "▾ ", ""), ("End", "▸ ", ""), ("d", "? help", "▸ "),
      ("v", "view launches", " PATH"), ("v", "view user", "view launches"), ("v", "view unit", "view user"),
      ("v", " PATH▲", "view unit"),
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

  @Test("← closes the selected launch and goes to its launcher, → opens it, Enter tells all of it")
  func launches() throws {
    let screen = try open()
    try screen.send("v", "n")
    try screen.waitFor { $0.contains { $0.contains("▾ /usr/sbin/cron") } }
    // The threads of the kernel come first.
    try screen.send("Down", "Down", "Left")
    try screen.waitFor {
      $0.contains { $0.contains("▸ /usr/lib/systemd/systemd") } && !$0.contains { $0.contains("cron") }
    }
    try screen.send("Right")
    try screen.waitFor("▾ /usr/sbin/cron")
    try screen.send("Enter")
    try screen.waitFor("launched by –")
    try screen.send("Escape")
    try screen.waitFor("view launches")
    try screen.send("/")
    for key in ["b", "y", ":", "n", "g", "i", "n", "x", "Enter"] { try screen.send(key) }
    try screen.waitFor { $0[3].contains("filter by:nginx") && !$0.contains { $0.contains("cron") } }
    try screen.waitFor("▾ /usr/sbin/nginx")
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

  @Test("the mouse in tmux: a column's name sorts, a row is selected, also in the tree")
  func mouse() throws {
    let screen = try open(columns: 90)
    let names = 4
    try screen.send("p")
    try screen.waitFor("PAUSED")
    try click(0, row: names, column: 36, on: screen)
    try screen.waitFor("COUNT▼")
    try click(0, row: names, column: 36, on: screen)
    try screen.waitFor("COUNT▲")
    try click(0, row: names + 4, column: 60, on: screen)
    try screen.waitFor { _ in try selectedRow(screen) == names + 4 }
    try screen.send("d")
    try screen.waitFor("▾ /")
    try click(0, row: names + 2, column: 60, on: screen)
    try screen.waitFor { _ in try selectedRow(screen) == names + 2 }
  }

  @Test("the wheel in tmux scrolls and the selection stays; Up shows it again, Esc lets go of it")
  func wheel() throws {
    // Six rows.
    let screen = try open(rows: 12)
    try screen.send("n", "p", "Down", "Down")
    try screen.waitFor { _ in try selectedRow(screen) == 6 }
    try click(65, row: 0, column: 0, on: screen)
    try screen.waitFor { $0[4].contains(#/4–9 of [0-9]+  selected: row 2$/#) }
    try screen.send("Up")
    try screen.waitFor { $0[4].contains(#/2–7 of [0-9]+$/#) }
    try screen.send("Escape")
    try screen.waitFor { _ in try selectedRow(screen) == nil }
  }

  @Test("a double click in tmux opens a row, and clicks in the last line press its keys")
  func clicks() throws {
    let screen = try open(columns: 90)
    try screen.send("p", "n")
    try screen.waitFor("PATH▲")
    let press = "\u{1b}[M" + String([32, 93, 39].map { Character(Unicode.Scalar($0)) })
    let release = "\u{1b}[M" + String([35, 93, 39].map { Character(Unicode.Scalar($0)) })
    try screen.type(press + release + press + release)
    try screen.waitFor("first seen")
    func click(_ text: String) throws {
      let line = try #require(try screen.capture().last)
      let place = try #require(line.range(of: text)).lowerBound
      try self.click(0, row: 29, column: line.distance(from: line.startIndex, to: place), on: screen)
    }
    try click("Esc back")
    try screen.waitFor("PATH▲")
    try click("> sort")
    // There is no column further to the right.
    try screen.waitFor("further to the right")
    try screen.send("C-l")
    try screen.waitFor("? help")
    try click("/ filter")
    try screen.waitFor("Enter apply  Esc cancel")
    try click("Esc cancel")
    try screen.waitFor("? help")
    try click("? help")
    try screen.waitFor("exectop help")
  }

  @Test("a filter that matches nothing says what to do, and Esc clears it")
  func noMatch() throws {
    let screen = try open(columns: 80, rows: 24)
    try screen.send("/")
    try screen.type("ake")
    try screen.send("Enter")
    try screen.waitFor("no path begins with \"ake\"; ~ake finds it anywhere; Esc clears")
    try screen.send("Escape")
    try screen.waitFor("filter none")
  }

  @Test("- goes on to an hour, and says that there it ends")
  func intervals() throws {
    let screen = try open()
    for text in ["0.5s", "1s", "2s", "5s", "10s", "30s", "1m", "5m", "10m", "30m", "1h"] {
      try screen.send("-")
      try screen.waitFor("every \(text) ")
    }
    try screen.send("-")
    try screen.waitFor("1h is the longest interval")
  }
}
