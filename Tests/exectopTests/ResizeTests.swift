import TestSupport
import Testing

/// Changing sizes in a real terminal.
@Suite(.serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct ResizeTests {
  private func open() throws -> Tmux {
    let screen = try Tmux("\(Programs.built("exectop")) --demo -d 0.1", environment: ["HOME": "/nonexistent"])
    try screen.waitFor("/usr/bin/")
    return screen
  }

  @Test(
    "a thousand random sizes leave no stray character in any view",
    arguments: [["Down"], ["Down", "Enter"], ["d"], ["?"], ["/", "u", "s", "r"]])
  func storm(keys: [String]) throws {
    let screen = try open()
    // Paused, so that one screen can be compared with the next.
    try screen.send("p")
    for key in keys { try screen.send(key) }
    var random = SeededGenerator(seed: UInt64(keys.count))
    for step in 1...1000 {
      let columns = Int.random(in: 1...200, using: &random)
      let rows = Int.random(in: 1...60, using: &random)
      try screen.resize(columns: columns, rows: rows)
      // ncurses leaves the last cell of a single row or column alone.
      if step % 100 == 0, columns > 1, rows > 1 { try expectSameWhenRedrawn(screen, columns: columns, rows: rows) }
    }
    try screen.resize(columns: 80, rows: 24)
    try screen.waitFor { $0.count == 24 && $0[0].hasSuffix("PAUSED") }
  }

  private func expectSameWhenRedrawn(_ screen: Tmux, columns: Int, rows: Int) throws {
    let lines = try screen.waitFor { lines in
      guard lines.count == rows else { return false }
      guard columns >= 20, rows >= 5 else {
        return zip(lines, ["too small", "need 20x5"]).allSatisfy { $0 == $1.prefix(columns).withoutBlanksAtEnd }
      }
      // It has met this size: its first line ends at the right, but for a blank, and its last one is at the bottom.
      return lines[0].hasSuffix("PAUSED") && lines[0].count == columns - 1
        && ["? help", "Esc back", "filter: "].contains { lines[rows - 1].hasPrefix($0) }
    }
    // Something from outside, so that the redraw can be told from what was there before.
    let terminal = try screen.value(of: "pane_tty")
    try screen.waitFor { _ in
      // Again and again: a signal for this size may still be under way, and paints over it.
      let mark = try Command.run("/bin/sh", ["-c", "printf '\\0337\\033[1;1H#\\0338' >\(terminal)"])
      return try mark.ending == .exited(0) && screen.capture().first?.first == "#"
    }
    try screen.send("C-l")
    try screen.waitFor { $0 == lines }
  }

  @Test("a resize keeps an open prompt, with its text and its cursor")
  func prompt() throws {
    let screen = try open()
    try screen.send("/")
    try screen.type("/usr")
    try screen.send("Left")
    for (columns, rows) in [(30, 8), (10, 3), (120, 40)] {
      try screen.resize(columns: columns, rows: rows)
      try screen.waitFor { $0.count == rows && (columns < 20 || $0[rows - 1].hasPrefix("filter: /usr")) }
    }
    try screen.waitFor { _ in try screen.value(of: "cursor_x") == "11" && screen.value(of: "cursor_y") == "39" }
    try screen.type("x")
    try screen.waitFor("filter: /usxr")
  }
}

extension Substring {
  /// As tmux gives a row.
  fileprivate var withoutBlanksAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
