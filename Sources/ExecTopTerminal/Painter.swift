import CNCurses
import ExecTopApp
import ExecTopScreen
import ExecTopText

/// Puts grids on ncurses' standard screen, as far as they differ from the one before.
struct Painter {
  private let pens: PenSet
  /// The last grid; it stands on the screen unless that is stale.
  private var painted: Grid?
  /// Whether the next painting starts from an empty screen.
  private var isStale = true
  /// nil as long as the terminal has not been told.
  private var showsCursor: Bool?
  /// Room for one row and for one character, kept from call to call.
  private var line: [cchar_t] = []
  private var text: [wchar_t] = []

  init(pens: PenSet) {
    self.pens = pens
  }

  /// Paints a grid on a screen of the given size. What lies beyond the screen is cut off.
  ///
  /// - Parameters:
  ///   - cellsAtATime: so many, and a row more, are painted at most before `drain` is called.
  ///   - drain: makes room for what ncurses writes.
  mutating func paint(_ grid: Grid, on screen: Size, cellsAtATime: Int, drain: () -> Void) {
    if painted?.size != grid.size { isStale = true }
    if isStale {
      // At once, so that it is not part of what is painted then.
      werase(exectop_stdscr())
      wrefresh(exectop_stdscr())
      drain()
    }
    var cells = 0
    let extent = Size(rows: min(grid.size.rows, screen.rows), columns: min(grid.size.columns, screen.columns))
    for row in 0..<max(0, extent.rows) {
      var start = 0
      while let columns = change(in: row, of: grid, columns: start..<extent.columns) {
        write(row: row, columns: columns, of: grid)
        start = columns.upperBound
        cells += columns.count
      }
      if cells >= cellsAtATime {
        wrefresh(exectop_stdscr())
        drain()
        cells = 0
      }
    }
    place(cursor: grid.cursor, within: extent)
    wrefresh(exectop_stdscr())
    painted = grid
    isStale = false
  }

  /// Takes nothing that stands on the screen for granted: the next painting clears it.
  mutating func forget() {
    // Whatever refreshes first clears the screen, and finds nothing to paint.
    werase(exectop_stdscr())
    clearok(exectop_curscr(), true)
    isStale = true
    showsCursor = nil
  }

  /// The first run of changes in these columns of a row, widened to whole characters; nil if there is none.
  private func change(in row: Int, of grid: Grid, columns: Range<Int>) -> Range<Int>? {
    guard !columns.isEmpty else { return nil }
    guard let painted, !isStale else { return columns }
    let base = row * grid.size.columns
    let hasMarks = !painted.marks.isEmpty || !grid.marks.isEmpty
    let differs = { (column: Int) in
      let index = base + column
      return painted.cells[index] != grid.cells[index]
        || hasMarks && painted.marks[index] != grid.marks[index]
    }
    guard var first = columns.first(where: differs) else { return nil }
    var end = columns[(first + 1)...].first { !differs($0) } ?? columns.upperBound
    while first > 0, grid.cells[base + first].width == 0 { first -= 1 }
    while end < columns.upperBound, grid.cells[base + end].width == 0 { end += 1 }
    return first..<end
  }

  private mutating func write(row: Int, columns: Range<Int>, of grid: Grid) {
    line.removeAll(keepingCapacity: true)
    var column = columns.lowerBound
    while column < columns.upperBound {
      let index = row * grid.size.columns + column
      let cell = grid.cells[index]
      let width = Int(cell.width)
      if width == 0 || column + width > columns.upperBound {
        // Half a character, cut by the screen's edge.
        append(" ", marks: [], style: cell.style)
        column += 1
      } else if CharacterType.width(of: cell.scalar) == width {
        append(cell.scalar, marks: grid.marks[index] ?? [], style: cell.style)
        column += width
      } else {
        // Controls, and what this locale cannot show: the cells stay taken, or all that follows would move.
        for _ in 0..<width { append("?", marks: [], style: cell.style) }
        column += width
      }
    }
    wmove(exectop_stdscr(), CInt(row), CInt(columns.lowerBound))
    // `line` outlives the call, which copies its elements. It neither wraps nor scrolls, so that the last cell of
    // the screen can be written.
    wadd_wchnstr(exectop_stdscr(), line, CInt(line.count))
  }

  private mutating func append(_ scalar: Unicode.Scalar, marks: [Unicode.Scalar], style: Style) {
    text.removeAll(keepingCapacity: true)
    text.append(wchar_t(bitPattern: scalar.value))
    for mark in marks.prefix(Int(CCHARW_MAX) - 1) where Self.joins(mark) {
      text.append(wchar_t(bitPattern: mark.value))
    }
    text.append(0)
    let pen = pens[style]
    var cell = cchar_t()
    // `text` ends in 0 and holds at most CCHARW_MAX characters before it; the call copies them.
    setcchar(&cell, text, pen.attributes, pen.pair, nil)
    line.append(cell)
  }

  /// Whether a scalar is a combining mark. Width 0 alone is not enough: format controls have it too.
  private static func joins(_ mark: Unicode.Scalar) -> Bool {
    switch mark.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: CharacterType.width(of: mark) == 0
    default: false
    }
  }

  private mutating func place(cursor: Position?, within extent: Size) {
    let place = cursor.flatMap { cursor in
      0..<max(0, extent.rows) ~= cursor.row && 0..<max(0, extent.columns) ~= cursor.column ? cursor : nil
    }
    if showsCursor != (place != nil) {
      // A terminal that cannot hide its cursor refuses, and shows it.
      curs_set(place == nil ? 0 : 1)
      showsCursor = place != nil
    }
    wmove(exectop_stdscr(), CInt(place?.row ?? 0), CInt(place?.column ?? 0))
  }
}
