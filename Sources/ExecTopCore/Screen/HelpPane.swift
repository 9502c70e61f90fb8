import ExecTopApp

/// The help screen, made from the key table.
enum HelpPane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let lines = HelpText.lines(width: layout.size.columns, table: state.table)
    let shown = state.helpView.rows(in: state.helpExtent)
    let rest = lines.count - shown.upperBound
    canvas.write(
      [
        Figure(name: "exectop help"),
        Figure(value: rest > 0 ? "\(rest) more lines below" : "", style: .faint),
      ], row: 0, before: layout.size.columns)
    for (row, line) in zip(layout.pageRows, lines[shown]) {
      canvas.write(
        canvas.glyphs.isUnicode ? line.key : inWords(line.key), at: Position(row: row, column: 1), style: .key)
      canvas.write(line.text, at: Position(row: row, column: line.indent), style: .plain)
    }
  }

  /// In ASCII an arrow would look like one of the keys `<`, `>` and `^`.
  private static func inWords(_ keys: String) -> String {
    let words: [Character: String] = ["→": "Right", "←": "Left", "↑": "Up", "↓": "Down"]
    return keys.map { words[$0] ?? String($0) }.joined()
  }
}
