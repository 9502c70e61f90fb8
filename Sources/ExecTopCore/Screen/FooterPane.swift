import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// The last line: the prompt, a message, or the keys.
enum FooterPane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let keyLine = KeyLine(of: state)
    if let prompt = state.prompt {
      draw("filter: ", prompt.line, problems: problems(prompt), keyLine: keyLine, layout: layout, on: &canvas)
    } else if let prompt = state.replay?.prompt {
      let problems = prompt.isWrong ? ["a time is 14:05, 14:05:30, +5m or -30s", "no time"] : []
      draw("go to: ", prompt.line, problems: problems, keyLine: keyLine, layout: layout, on: &canvas)
    } else if let message = state.footerMessage {
      canvas.write(
        bytes: message.text.utf8, at: Position(row: layout.footerRow, column: 0), width: layout.size.columns,
        style: message.isFailure ? .alert : .plain)
    } else {
      draw(keyLine, row: layout.footerRow, on: &canvas)
    }
  }

  private static func draw(
    _ label: String, _ prompt: Prompt, problems: [String], keyLine: KeyLine, layout: Layout, on canvas: inout Canvas
  ) {
    let row = layout.footerRow
    let end = keyLine.items.first.map { $0.columns.lowerBound - 2 } ?? layout.size.columns
    let start = canvas.write(label, at: Position(row: row, column: 0), style: .label)
    let typed = Typed(prompt, on: canvas)
    // The cursor has a cell of its own; what does not fit scrolls out on the left.
    var column = start
    for index in typed.first(fitting: end - start - 1)..<typed.widths.count {
      if index == prompt.cursor { canvas.grid.cursor = Position(row: row, column: column) }
      guard column + typed.widths[index] <= end else { break }
      column = canvas.write(typed.pieces[typed.parts[index]], at: Position(row: row, column: column), style: .input)
    }
    if prompt.cursor == typed.widths.count { canvas.grid.cursor = Position(row: row, column: column) }
    draw(keyLine, row: row, on: &canvas)
    guard !problems.isEmpty else { return }
    if let problem = problems.first(where: { column + 2 + $0.unicodeScalars.count <= end }) {
      canvas.write(problem, at: Position(row: row, column: column + 2), style: .alert)
    } else {
      canvas.grid.restyle(row: row, columns: start..<column, style: .alert)
    }
  }

  /// What is wrong with what is typed, from the longest form to the shortest. None if nothing is.
  private static func problems(_ prompt: FilterPrompt) -> [String] {
    if prompt.line.isFull { return ["no more than \(Format.count(UInt64(Filter.textLimit))) bytes"] }
    // The reason is of PCRE2's own words.
    return prompt.error.map { [$0.summary, $0.reason] } ?? []
  }

  /// A line that is being typed, as it shows.
  private struct Typed {
    let pieces: [SafeText.Piece]
    /// By character of the line: the pieces that show it, and the cells that these take.
    private(set) var parts: [Range<Int>] = []
    private(set) var widths: [Int] = []
    private let cursor: Int

    init(_ line: Prompt, on canvas: Canvas) {
      cursor = line.cursor
      pieces = SafeText(typed: line.string, canShow: canvas.glyphs.canShow).pieces
      var start = 0
      for scalar in line.text where start < pieces.count {
        // Each byte of a character that does not show takes four.
        let part = start..<min(pieces.count, start + (pieces[start].isEscape ? 4 * UTF8.width(scalar) : 1))
        parts.append(part)
        widths.append(pieces[part].reduce(0) { $0 + canvas.cells(of: $1) })
        start = part.upperBound
      }
    }

    /// The character to begin with, so that what stands before the cursor fits.
    func first(fitting room: Int) -> Int {
      var first = min(cursor, widths.count)
      var width = 0
      while first > 0, width + widths[first - 1] <= room {
        first -= 1
        width += widths[first]
      }
      // Not with a mark that belongs to a character left out.
      while first > 0, first < cursor, widths[first] == 0 { first += 1 }
      return first
    }
  }

  private static func draw(_ keyLine: KeyLine, row: Int, on canvas: inout Canvas) {
    for item in keyLine.items {
      let end = canvas.write(item.label, at: Position(row: row, column: item.columns.lowerBound), style: .key)
      canvas.write(" " + item.text, at: Position(row: row, column: end), style: .plain)
    }
  }
}
