/// The last line: the prompt, a message, or the keys.
enum FooterPane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    if let prompt = state.prompt {
      draw(prompt, layout: layout, on: &canvas)
    } else if let message = state.message ?? state.tally.notice {
      // It can name a file or a map, by any bytes.
      canvas.write(
        bytes: message.utf8, at: Position(row: layout.footerRow, column: 0), width: layout.size.columns, style: .alert)
    } else {
      drawKeys(state, layout: layout, on: &canvas)
    }
  }

  private static func draw(_ prompt: FilterPrompt, layout: Layout, on canvas: inout Canvas) {
    let row = layout.footerRow
    let start = canvas.write("filter: ", at: Position(row: row, column: 0), style: .label)
    // The cursor has a cell of its own; what does not fit scrolls out on the left.
    let room = layout.size.columns - start - 1
    let text = prompt.line.text
    var first = prompt.line.cursor
    var width = 0
    while first > 0, width + cells(text[first - 1], canvas) <= room {
      first -= 1
      width += cells(text[first], canvas)
    }
    var column = start
    for index in first..<text.count {
      if index == prompt.line.cursor { canvas.grid.cursor = Position(row: row, column: column) }
      column = canvas.write(
        bytes: String(text[index]).utf8, at: Position(row: row, column: column),
        width: max(0, layout.size.columns - column), style: .input)
    }
    if prompt.line.cursor == text.count { canvas.grid.cursor = Position(row: row, column: column) }
    let hint = prompt.error.map { _ in "not a regular expression" } ?? "Enter keeps it, Esc goes back"
    if column + 2 + hint.unicodeScalars.count <= layout.size.columns {
      canvas.write(hint, at: Position(row: row, column: column + 2), style: prompt.error == nil ? .faint : .alert)
    } else if prompt.error != nil {
      canvas.grid.restyle(row: row, columns: start..<column, style: .alert)
    }
  }

  private static func cells(_ scalar: Unicode.Scalar, _ canvas: Canvas) -> Int {
    SafeText(String(scalar).utf8, canShow: canvas.glyphs.canShow).pieces
      .reduce(0) { $0 + ($1.isEscape ? 1 : canvas.glyphs.width($1.scalar)) }
  }

  private static func drawKeys(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    var column = 0
    for (key, short) in keys {
      guard column + key.count + 1 + short.count <= layout.size.columns else { return }
      column = canvas.write(key, at: Position(row: layout.footerRow, column: column), style: .key)
      column = canvas.write(" \(short)", at: Position(row: layout.footerRow, column: column), style: .plain) + 2
    }
  }

  /// The keys of the line and what they do, in its order.
  private static let keys: [(key: String, short: String)] = KeyMap.bindings.compactMap { binding in
    binding.short.map { (key(of: binding), $0) }
  }

  /// The first of several keys that do the same; all of those that do different things.
  private static func key(of binding: KeyMap.Binding) -> String {
    let keys = binding.label.split(separator: " ")
    return Set(binding.actions.map(\.action)).count == 1 ? String(keys[0]) : keys.joined()
  }
}
