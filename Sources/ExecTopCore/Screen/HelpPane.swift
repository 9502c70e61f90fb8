/// The help screen, made from the key table.
enum HelpPane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let lines = lines(width: layout.size.columns, table: state.table)
    let shown = layout.pageRows.count
    let last = min(state.pageTop + shown, lines.count)
    canvas.write(
      [
        Figure(name: "exectop help"), Figure(value: "Esc goes back", style: .faint),
        Figure(
          value: last < lines.count ? "↓ shows the rest, \(lines.count - last) lines" : "", style: .faint),
      ], row: 0, before: layout.size.columns)
    for (row, line) in zip(layout.pageRows, lines.dropFirst(state.pageTop)) {
      canvas.write(line.key, at: Position(row: row, column: 1), style: .key)
      canvas.write(line.text, at: Position(row: row, column: line.indent), style: .plain)
    }
  }

  struct Line: Equatable {
    var key: String
    var text: String
    var indent: Int
  }

  /// The whole help, folded to a width.
  static func lines(width: Int, table: ColumnTable = .standard) -> [Line] {
    var lines: [Line] = []
    // Beside the keys if there is room, otherwise below them.
    let indent = width >= 50 ? 18 : 3
    let named =
      KeyMap.bindings(table).map { ($0.label, $0.help) } + [("", "")] + table.columns.map { ($0.title, $0.meaning) }
    for (label, help) in named {
      var key = label
      if help.isEmpty {
        lines.append(Line(key: "", text: "", indent: 1))
      } else if indent < 18 {
        lines.append(Line(key: key, text: "", indent: indent))
        key = ""
      }
      for text in folded(help, width: width - indent) {
        lines.append(Line(key: key, text: text, indent: indent))
        key = ""
      }
    }
    lines.append(Line(key: "", text: "", indent: 1))
    for note in notes {
      for text in folded(note, width: width - 1) { lines.append(Line(key: "", text: text, indent: 1)) }
      lines.append(Line(key: "", text: "", indent: 1))
    }
    return lines.dropLast().map { $0 }
  }

  private static let notes = [
    "Mouse: click a column's name to sort by it, again to turn the order round; click a row to select it; the wheel "
      + "moves.",
    "An exec is one call of execve or execveat, whether or not it succeeds.",
    "A filter ~text is a regular expression (PCRE2) over the bytes of a path: \\xff finds what shows so. ? before a path: "
      + "the expression takes too long on it, so whether it matches is not decided.",
    "A path shows as the caller gave it; bytes that do not print or cannot be seen show as \\xNN, and a backslash that "
      + "would look so as \\x5c. … in a path: its middle had no room; "
      + "behind it: it was cut at 255 bytes.",
    "Every exec has a row or a reason: unreadable, the path could not be read; map_full, the map took no further "
      + "path; missed, the kernel skipped the program; refused_late, refused when the caller's memory was gone; "
      + "missed_at_entry, what --tutorial misses. Not seen at all: an exec that fails in a 32-bit program, that seccomp "
      + "ends first, or that fails for the kernel itself. The name of one that fails can be changed by another thread.",
  ]

  static func folded(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
